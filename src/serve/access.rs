//! Who may come in: keys, the server's names, and which web pages may speak to it.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri};
use serde::Deserialize;

use super::problem::Problem;

/// What a key allows, and what a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum May {
    /// Nothing that needs a key.
    #[serde(skip)]
    Nothing,
    /// See.
    Read,
    /// See and change.
    Write,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key's name; `None` where no key is needed or none was shown.
    pub name: Option<String>,
    /// What the caller may do.
    pub may: May,
}

impl Caller {
    /// The name that changes are filed under.
    pub fn author(&self) -> String {
        self.name.clone().unwrap_or_else(|| "http".to_owned())
    }
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read.
    #[error("keys file {path} cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file does not say what it should.
    #[error(
        "keys file {path} is not right: {reason}; each entry is [[key]] with name, key and may = \"read\" or \"write\""
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysFile {
    #[serde(default)]
    key: Vec<Key>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    name: String,
    #[serde(rename = "key")]
    secret: String,
    may: May,
}

/// The keys that open the server. Their values are never shown, logged or compared in a time that tells them.
#[derive(Clone)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// Reads a keys file (TOML).
    pub fn read(path: &Path) -> Result<Self, KeysError> {
        let text =
            std::fs::read_to_string(path).map_err(|cause| KeysError::Unreadable { path: path.to_owned(), cause })?;
        Self::parse(&text).map_err(|reason| KeysError::Malformed { path: path.to_owned(), reason })
    }

    /// Reads the text of a keys file; the reason of a refusal never quotes a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        // The parser's own message would quote the line, and with it the key.
        let file: KeysFile = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if file.key.is_empty() {
            return Err("it holds no key".to_owned());
        }
        let mut seen = BTreeSet::new();
        for key in &file.key {
            if key.name.is_empty() || key.secret.is_empty() {
                return Err("a name or a key is empty".to_owned());
            }
            if !seen.insert(&key.secret) || file.key.iter().filter(|other| other.name == key.name).count() > 1 {
                return Err(format!("the name or the key of {:?} is there twice", key.name));
            }
        }
        Ok(Self(file.key))
    }

    fn find(&self, shown: &str) -> Option<&Key> {
        // Every key is compared, so that the time does not tell which one came near.
        self.0.iter().fold(None, |found, key| if same(&key.secret, shown) { Some(key) } else { found })
    }
}

fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let differing = one.iter().zip(other).fold(0, |differing, (a, b)| std::hint::black_box(differing | (a ^ b)));
    one.len() == other.len() && differing == 0
}

/// The door: the keys, and the names the server goes by.
#[derive(Clone)]
pub struct Access {
    keys: Option<Keys>,
    listen: SocketAddr,
    public: Option<Uri>,
}

impl Access {
    /// A door for this address; without keys everyone who reaches it may do everything.
    pub fn new(listen: SocketAddr, public: Option<Uri>, keys: Option<Keys>) -> Self {
        Self { keys, listen, public }
    }

    /// Tells the door the address that was really taken, where any free port was asked for.
    pub fn listens_on(&mut self, address: SocketAddr) {
        self.listen = address;
    }

    /// Whether keys are asked for.
    pub fn keyed(&self) -> bool {
        self.keys.is_some()
    }

    /// Lets a caller in who may do what a route asks for.
    pub fn admit(&self, headers: &HeaderMap, needed: May) -> Result<Caller, Problem> {
        let Some(keys) = &self.keys else {
            return Ok(Caller { name: None, may: May::Write });
        };
        let caller = match bearer(headers) {
            None => Caller { name: None, may: May::Nothing },
            Some(shown) => {
                let key = keys.find(shown).ok_or_else(|| Problem::unauthenticated("the key is not known here"))?;
                Caller { name: Some(key.name.clone()), may: key.may }
            }
        };
        if caller.may >= needed {
            Ok(caller)
        } else if caller.name.is_none() {
            Err(Problem::unauthenticated("send an access key as `Authorization: Bearer …`"))
        } else {
            Err(Problem::forbidden("this key may read, but not change anything"))
        }
    }

    /// Refuses requests for other servers, which a page on a rebound name would send, and writes that a foreign page
    /// makes a browser send.
    pub fn guard(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        let host = host(uri, headers).ok_or_else(|| Problem::malformed("the Host header is missing or unreadable"))?;
        if !self.goes_by(&host) {
            return Err(Problem::misdirected(host.as_str()));
        }
        if *method == Method::GET || *method == Method::HEAD {
            return Ok(());
        }
        if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            return Err(Problem::forbidden("a page of another site may not make this request"));
        }
        match headers.get(ORIGIN) {
            Some(origin) if !self.own_origin(origin.as_bytes(), &host) => {
                Err(Problem::forbidden("a page of another origin may not make this request"))
            }
            _ => Ok(()),
        }
    }

    fn goes_by(&self, host: &Authority) -> bool {
        let name = host.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let public = self.public.as_ref().and_then(Uri::host);
        name.eq_ignore_ascii_case("localhost")
            || address.is_some_and(|address| self.own_address(address))
            || public.is_some_and(|public| public.eq_ignore_ascii_case(name))
    }

    /// A rebound name never shows as a bare address, so a server that listens everywhere takes any address for its own.
    fn own_address(&self, address: IpAddr) -> bool {
        address.is_loopback() || address == self.listen.ip() || self.listen.ip().is_unspecified()
    }

    fn own_origin(&self, origin: &[u8], host: &Authority) -> bool {
        let Some(origin) = std::str::from_utf8(origin).ok().and_then(|text| text.parse::<Uri>().ok()) else {
            return false;
        };
        let direct = same_place(&origin, "http", host);
        let public = self.public.as_ref().and_then(|public| Some((public.scheme_str()?, public.authority()?)));
        direct || public.is_some_and(|(scheme, authority)| same_place(&origin, scheme, authority))
    }

    /// The address that links begin with: the public one, else what the caller called us. Without a slash at the end.
    pub fn base(&self, uri: &Uri, headers: &HeaderMap) -> String {
        let direct = || host(uri, headers).map_or_else(|| self.listen.to_string(), |host| host.to_string());
        match &self.public {
            Some(public) => public.to_string().trim_end_matches('/').to_owned(),
            None => format!("http://{}", direct()),
        }
    }
}

fn same_place(origin: &Uri, scheme: &str, authority: &Authority) -> bool {
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(usual);
    origin.scheme_str() == Some(scheme)
        && origin
            .authority()
            .is_some_and(|own| own.host().eq_ignore_ascii_case(authority.host()) && port(own) == port(authority))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// What the caller calls us; HTTP/2 says it in the address.
fn host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let named = uri.authority().cloned();
    named.or_else(|| headers.get(HOST)?.to_str().ok()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const KEYS: &str = r#"
        [[key]]
        name = "viewer"
        key = "see-0123456789"
        may = "read"
        [[key]]
        name = "steward"
        key = "change-0123456789"
        may = "write"
    "#;

    fn door(listen: &str, public: Option<&'static str>, keys: Option<&str>) -> Access {
        let keys = keys.map(|text| Keys::parse(text).unwrap());
        Access::new(listen.parse().unwrap(), public.map(Uri::from_static), keys)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    fn passes(door: &Access, method: &Method, pairs: &[(&'static str, &str)]) -> bool {
        door.guard(method, &Uri::from_static("/x"), &headers(pairs)).is_ok()
    }

    #[test]
    fn only_names_of_this_server_are_answered() {
        let door = door("127.0.0.1:8080", Some("https://map.example.cn/sisetu/"), None);
        for (host, own) in [
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("127.0.0.1:9", true),
            ("[::1]:8080", true),
            ("map.example.cn", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("10.0.0.7:8080", false),
            ("user@evil.example", false),
        ] {
            assert_eq!(passes(&door, &Method::GET, &[("host", host)]), own, "{host}");
        }
        assert!(!passes(&door, &Method::GET, &[]));
    }

    #[test]
    fn a_server_that_listens_everywhere_goes_by_its_addresses_but_no_name() {
        let door = door("0.0.0.0:8080", None, Some(KEYS));
        assert!(passes(&door, &Method::GET, &[("host", "10.0.0.7:8080")]));
        assert!(!passes(&door, &Method::GET, &[("host", "server.lan:8080")]));
    }

    #[test]
    fn writes_come_from_no_page_or_from_our_own() {
        let door = door("127.0.0.1:8080", Some("https://map.example.cn/sisetu/"), None);
        for (origin, own) in [
            ("http://127.0.0.1:8080", true),
            ("https://map.example.cn", true),
            ("https://map.example.cn:443", true),
            ("http://map.example.cn", false),
            ("http://127.0.0.1:3000", false),
            ("http://localhost:8080", false),
            ("https://127.0.0.1:8080", false),
            ("null", false),
            ("http://evil.example", false),
        ] {
            let pairs = [("host", "127.0.0.1:8080"), ("origin", origin)];
            assert_eq!(passes(&door, &Method::POST, &pairs), own, "{origin}");
            assert!(passes(&door, &Method::GET, &pairs), "{origin}");
        }
        assert!(passes(&door, &Method::DELETE, &[("host", "localhost:8080")]));
        let sneaked = [("host", "localhost:8080"), ("sec-fetch-site", "cross-site")];
        assert!(!passes(&door, &Method::POST, &sneaked));
    }

    #[test]
    fn keys_open_what_they_may() {
        let door = door("0.0.0.0:8080", None, Some(KEYS));
        let with = |value: &str| headers(&[("authorization", value)]);
        assert!(door.admit(&HeaderMap::new(), May::Nothing).is_ok());
        assert!(door.admit(&HeaderMap::new(), May::Read).is_err());
        assert_eq!(door.admit(&with("Bearer see-0123456789"), May::Read).unwrap().author(), "viewer");
        assert!(door.admit(&with("Bearer see-0123456789"), May::Write).is_err());
        assert_eq!(door.admit(&with("bearer change-0123456789"), May::Write).unwrap().author(), "steward");
        for wrong in ["Bearer see-012345678", "Bearer ", "Basic see-0123456789", "Bearer see-0123456789x"] {
            assert!(door.admit(&with(wrong), May::Read).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_keys_file_with_faults_is_refused_without_quoting_keys() {
        for (text, word) in [
            ("", "no key"),
            ("[[key]]\nname='a'\nkey='secret-1'\nmay='rule'", "rule"),
            ("[[key]]\nname='a'\nkey='secret-1'\nmay='read'\nextra=1", "extra"),
            ("[[key]]\nname='a'\nkey=''\nmay='read'", "empty"),
            ("[[key]]\nname='a'\nkey='secret-1'\nmay='read'\n[[key]]\nname='b'\nkey='secret-1'\nmay='read'", "twice"),
        ] {
            let reason = Keys::parse(text).err().unwrap();
            assert!(reason.contains(word) && !reason.contains("secret-1"), "{reason}");
        }
    }

    #[test]
    fn links_begin_with_the_public_address() {
        let public = door("127.0.0.1:8080", Some("https://map.example.cn/sisetu/"), None);
        let host = headers(&[("host", "localhost:8080")]);
        assert_eq!(public.base(&Uri::from_static("/"), &host), "https://map.example.cn/sisetu");
        let direct = door("127.0.0.1:8080", None, None);
        assert_eq!(direct.base(&Uri::from_static("/"), &host), "http://localhost:8080");
    }
}
