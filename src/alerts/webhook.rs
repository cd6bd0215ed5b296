//! Sending warnings elsewhere: one address, in order, each signed, again and again until it is taken.
//!
//! Nothing is queued: what is still to be sent is what the journal holds after the last entry that was taken, and which one
//! that was is itself entered. So a restart goes on where it stopped, and a dead address holds nothing up.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};

use super::alert::Alert;
use super::watch::Alerts;

/// The shortest secret that is taken.
const SHORTEST: usize = 16;
/// Time for one attempt.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time before the second attempt; each further one waits twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest time between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// After so many attempts in a row the log warns.
const ATTEMPTS_TO_WARN: u32 = 5;
/// Warnings taken from the journal at once.
const AT_ONCE: usize = 100;

/// Where warnings are sent, and with what they are signed.
#[derive(Clone)]
pub struct Webhook {
    url: String,
    /// Scheme, host and port: what may stand in a log. The rest of an address is often a secret.
    place: String,
    secret: Vec<u8>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Webhook({})", self.place)
    }
}

/// Why a webhook cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The address is none.
    #[error("the webhook is not an address such as https://duty.example.cn/warnings")]
    Url,
    /// The secret is missing or too short to sign with.
    #[error("the webhook's secret has fewer than {SHORTEST} bytes")]
    Secret,
}

impl Webhook {
    /// A webhook for an `http` or `https` address.
    pub fn new(url: &str, secret: &str) -> Result<Self, WebhookError> {
        let uri: Uri = url.parse().map_err(|_| WebhookError::Url)?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or(WebhookError::Url)?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(WebhookError::Url)?;
        let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        let secret = secret.trim().as_bytes().to_vec();
        if secret.len() < SHORTEST {
            return Err(WebhookError::Secret);
        }
        Ok(Self { url: url.to_owned(), place: format!("{scheme}://{host}{port}"), secret })
    }

    /// Sends every warning, and every step in its life, for as long as it is polled. The first time it begins with what
    /// comes next; afterwards where it stopped.
    pub async fn deliver(self, alerts: Arc<Alerts>) {
        let hook = self.name();
        let mut news = alerts.news();
        let agent = agent();
        loop {
            let Some(from) = alerts.delivered_to(&hook) else {
                let now = *news.borrow_and_update();
                if alerts.delivered(&hook, now).await.is_err() {
                    tokio::time::sleep(FIRST_PAUSE).await;
                }
                continue;
            };
            news.mark_unchanged();
            let waiting = alerts.since(from, AT_ONCE);
            if waiting.is_empty() && news.changed().await.is_err() {
                return;
            }
            for (number, alert) in waiting {
                self.insist(&agent, number, &alert).await;
                while let Err(error) = alerts.delivered(&hook, number).await {
                    tracing::error!(%error, "that a warning was delivered cannot be noted");
                    tokio::time::sleep(FIRST_PAUSE).await;
                }
            }
        }
    }

    /// The name of its entries: another address has others.
    fn name(&self) -> String {
        format!("{:x}", Sha256::digest(&self.url))[..16].to_owned()
    }

    /// Tries until the other side takes it.
    async fn insist(&self, agent: &ureq::Agent, number: u64, alert: &Alert) {
        let body = serde_json::to_string(alert).unwrap_or_default();
        let (mut pause, mut attempt) = (FIRST_PAUSE, 0u32);
        while let Err(reason) = self.post(agent, number, &alert.id, &body).await {
            attempt += 1;
            let place = &self.place;
            if attempt == ATTEMPTS_TO_WARN {
                tracing::warn!(place, number, attempt, reason, "the webhook takes no warning; trying on");
            } else {
                tracing::info!(place, number, attempt, reason, "the webhook did not take a warning");
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        if attempt >= ATTEMPTS_TO_WARN {
            tracing::info!(place = self.place, number, "the webhook takes warnings again");
        }
    }

    /// One attempt, on a thread of its own: the program need not wait for it to end.
    async fn post(&self, agent: &ureq::Agent, number: u64, id: &str, body: &str) -> Result<(), String> {
        let timestamp = Timestamp::now().as_second();
        let request = agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("sisetu-alert", id)
            .header("sisetu-number", number.to_string())
            .header("sisetu-timestamp", timestamp.to_string())
            .header("sisetu-signature", self.signature(timestamp, body));
        let (tell, told) = oneshot::channel();
        let body = body.to_owned();
        std::thread::spawn(move || {
            let outcome = match request.send(&body) {
                Ok(answer) if answer.status().is_success() => Ok(()),
                Ok(answer) => Err(format!("it answered {}", answer.status().as_u16())),
                Err(error) => Err(kind(&error)),
            };
            // Nobody listens any more where the service is stopping.
            let _ = tell.send(outcome);
        });
        told.await.unwrap_or_else(|_| Err("the attempt broke off".to_owned()))
    }

    /// `sha256=` and the HMAC-SHA-256 of `timestamp.body` in hexadecimal.
    fn signature(&self, timestamp: i64, body: &str) -> String {
        // A key of any length is taken, so that there always is a signature.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(format!("{timestamp}.{body}").as_bytes());
        format!("sha256={:x}", mac.finalize().into_bytes())
    }
}

/// What went wrong, without the address, which a library's own words would quote.
fn kind(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "its name is not known".to_owned(),
        ureq::Error::Io(error) => format!("it cannot be reached: {}", error.kind()),
        ureq::Error::Rustls(error) => format!("its certificate is not accepted: {error}"),
        _ => "the request failed".to_owned(),
    }
}

fn agent() -> ureq::Agent {
    // The certificates that the system trusts, so that a district may use an authority of its own.
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .user_agent("sisetu");
    config.build().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sixteen letters!";

    #[test]
    fn the_signature_is_what_another_program_makes_of_the_same() {
        let hook = Webhook::new("http://127.0.0.1:9/x", SECRET).unwrap();
        // printf '1764057600.{"a":1}' | openssl dgst -sha256 -hmac 'sixteen letters!'
        let expected = "sha256=a5af444d7a983915b9cdd3dff3fcc09e0ab4c92c6e308bb35bfe1a47299277b0";
        assert_eq!(hook.signature(1_764_057_600, "{\"a\":1}"), expected);
        assert_ne!(hook.signature(1_764_057_601, "{\"a\":1}"), expected);
    }

    #[test]
    fn only_addresses_of_the_web_and_secrets_worth_the_name_are_taken() {
        for url in ["", "duty", "/x", "ftp://duty.example.cn/", "http://", "https:///x"] {
            assert_eq!(Webhook::new(url, SECRET).err(), Some(WebhookError::Url), "{url}");
        }
        assert_eq!(Webhook::new("https://duty.example.cn", "short").err(), Some(WebhookError::Secret));
        assert_eq!(Webhook::new("https://duty.example.cn", "                    ").err(), Some(WebhookError::Secret));
    }

    #[test]
    fn neither_secret_nor_the_rest_of_the_address_is_shown() {
        let hook = Webhook::new("https://duty.example.cn:8443/hook?token=hidden", SECRET).unwrap();
        assert_eq!(format!("{hook:?}"), "Webhook(https://duty.example.cn:8443)");
    }
}
