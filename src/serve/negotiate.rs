//! What the caller accepts and what it already holds: `Accept`, `Accept-Encoding`, `If-None-Match`, `If-Match`.

use axum::http::header::{ACCEPT, ACCEPT_ENCODING, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};

/// A content coding that answers may be kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
}

impl Coding {
    /// In the order of our preference where the caller has none: small first.
    const PREFERRED: [Self; 4] = [Self::Brotli, Self::Zstd, Self::Gzip, Self::Identity];

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The coding that the caller likes best; identity where it says nothing, or nothing that we know.
    pub fn chosen(headers: &HeaderMap) -> Self {
        let wishes = wishes(headers, &ACCEPT_ENCODING);
        if wishes.is_empty() {
            return Self::Identity;
        }
        let mut best = (Self::Identity, 0.0);
        for coding in Self::PREFERRED {
            let quality = coding.quality(&wishes);
            if quality > best.1 {
                best = (coding, quality);
            }
        }
        best.0
    }

    fn quality(self, wishes: &[(String, f32)]) -> f32 {
        let of = |word: &str| wishes.iter().find(|(wish, _)| wish == word).map(|(_, quality)| *quality);
        let alias = if self == Self::Gzip { of("x-gzip") } else { None };
        // What is not mentioned is not wanted, save identity, which is the last resort unless it is ruled out.
        let unnamed = if self == Self::Identity { 0.001 } else { 0.0 };
        of(self.word()).or(alias).or_else(|| of("*")).unwrap_or(unnamed)
    }
}

/// Whether the caller accepts one of these media types; it does where it does not say.
pub fn accepts(headers: &HeaderMap, given: &[&str]) -> bool {
    preferred(headers, given).is_some()
}

/// Which of these media types the caller likes best; the first one where it does not mind.
pub fn preferred<'a>(headers: &HeaderMap, given: &[&'a str]) -> Option<&'a str> {
    let wishes = wishes(headers, &ACCEPT);
    if wishes.is_empty() {
        return given.first().copied();
    }
    let mut best = (None, 0.0);
    for media in given {
        let quality = media_quality(&wishes, media);
        if quality > best.1 {
            best = (Some(*media), quality);
        }
    }
    best.0
}

fn media_quality(wishes: &[(String, f32)], media: &str) -> f32 {
    let family = media.split('/').next().unwrap_or_default();
    let specific = |wish: &str| match wish {
        "*/*" => Some(0),
        _ if wish == media => Some(2),
        _ => (wish.strip_suffix("/*") == Some(family)).then_some(1),
    };
    let matching = wishes.iter().filter_map(|(wish, quality)| Some((specific(wish)?, *quality)));
    matching.max_by_key(|(rank, _)| *rank).map_or(0.0, |(_, quality)| quality)
}

/// The values of a list header with their q-values, lower case, parameters let go.
fn wishes(headers: &HeaderMap, name: &HeaderName) -> Vec<(String, f32)> {
    let lists = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let parts = lists.flat_map(|list| list.split(',')).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let mut fields = part.split(';').map(str::trim);
            let word = fields.next().unwrap_or_default().to_ascii_lowercase();
            let quality = fields.find_map(|field| field.strip_prefix("q=").or_else(|| field.strip_prefix("Q=")));
            (word, quality.map_or(1.0, |text| text.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0)))
        })
        .collect()
}

/// Whether the caller holds this version already. `If-None-Match` compares weakly.
pub fn holds(headers: &HeaderMap, etag: &str) -> bool {
    tags(headers, &IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag.trim_start_matches("W/"))
}

/// What the caller believes of the thing it is about to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// It may be as it will.
    Any,
    /// It is there, in one of the versions named.
    This(bool),
    /// It is not there.
    Absent,
}

/// Reads `If-Match` and `If-None-Match: *`. `If-Match` compares strongly: a weak tag never matches.
pub fn belief(headers: &HeaderMap, etag: Option<&str>) -> Belief {
    if headers.contains_key(IF_MATCH) {
        let named = tags(headers, &IF_MATCH).any(|tag| etag.is_some_and(|etag| tag == "*" || tag == etag));
        return Belief::This(named);
    }
    let absent = tags(headers, &IF_NONE_MATCH).any(|tag| tag == "*" || Some(tag) == etag);
    if absent { Belief::Absent } else { Belief::Any }
}

/// The tags of a header. Our own tags hold no comma, so a plain split will do.
fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lists = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim).filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(name: &HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))])
    }

    #[test]
    fn codings_follow_the_callers_wish() {
        for (wish, coding) in [
            ("gzip", Coding::Gzip),
            ("gzip, br", Coding::Brotli),
            ("gzip;q=1.0, br;q=0.5", Coding::Gzip),
            ("br;q=0, gzip;q=0.1", Coding::Gzip),
            ("zstd", Coding::Zstd),
            ("deflate", Coding::Identity),
            ("identity", Coding::Identity),
            ("identity;q=1, *;q=0", Coding::Identity),
            ("*", Coding::Brotli),
            ("*;q=0.5, gzip", Coding::Gzip),
            ("gzip;q=oops", Coding::Identity),
            ("X-GZIP", Coding::Gzip),
        ] {
            assert_eq!(Coding::chosen(&with(&ACCEPT_ENCODING, wish)), coding, "{wish}");
        }
        assert_eq!(Coding::chosen(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn media_types_follow_the_callers_wish() {
        let given = ["application/json", "text/html", "text/plain"];
        for (wish, media) in [
            ("text/html", Some("text/html")),
            ("text/*", Some("text/html")),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some("text/html")),
            ("*/*", Some("application/json")),
            ("text/plain;q=0.9, application/json;q=0.1", Some("text/plain")),
            ("application/json;q=0, */*", Some("text/html")),
            ("image/png", None),
        ] {
            assert_eq!(preferred(&with(&ACCEPT, wish), &given), media, "{wish}");
        }
        assert!(accepts(&HeaderMap::new(), &given));
    }

    #[test]
    fn a_held_version_is_recognised() {
        for (held, same) in [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false)]
        {
            assert_eq!(holds(&with(&IF_NONE_MATCH, held), "\"a\""), same, "{held}");
        }
    }

    #[test]
    fn beliefs_are_strict() {
        let tag = Some("\"a\"");
        assert_eq!(belief(&with(&IF_MATCH, "\"a\""), tag), Belief::This(true));
        assert_eq!(belief(&with(&IF_MATCH, "*"), tag), Belief::This(true));
        assert_eq!(belief(&with(&IF_MATCH, "*"), None), Belief::This(false));
        assert_eq!(belief(&with(&IF_MATCH, "W/\"a\""), tag), Belief::This(false));
        assert_eq!(belief(&with(&IF_NONE_MATCH, "*"), tag), Belief::Absent);
        assert_eq!(belief(&HeaderMap::new(), tag), Belief::Any);
    }
}
