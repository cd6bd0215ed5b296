//! The parameters behind the question mark. A parameter that a route does not know is refused by name, since a filter
//! that is silently ignored answers another question than the one asked.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::str::FromStr;

use serde_json::Value;

use super::problem::Problem;

/// A parameter that a route knows.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub says: &'static str,
    /// Its JSON Schema.
    pub schema: &'static str,
}

impl Parameter {
    /// The schema as JSON.
    pub fn schema(&self) -> Value {
        serde_json::from_str(self.schema).unwrap_or_default()
    }
}

/// What was asked, by the names of the parameters.
#[derive(Clone, Debug, Default)]
pub struct Asked(BTreeMap<String, String>);

impl Asked {
    /// Reads a query; names for which `known` says no, and names given twice, are refused.
    pub fn read(query: Option<&str>, known: impl Fn(&str) -> bool) -> Result<Self, Problem> {
        let mut asked = BTreeMap::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if !known(&name) {
                return Err(Problem::parameter(
                    &name,
                    "is not known here",
                    "the OpenAPI document lists the parameters",
                ));
            }
            if asked.insert(name.clone(), value).is_some() {
                return Err(Problem::parameter(&name, "is given twice", "give it once"));
            }
        }
        Ok(Self(asked))
    }

    /// The value of a parameter.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value of a parameter, read; the hint says what a good one looks like.
    pub fn value<T: FromStr<Err: std::fmt::Display>>(&self, name: &str, hint: &str) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|fault| Problem::parameter(name, format!("is {text:?}: {fault}"), hint))
    }

    /// Every parameter and its value, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The query with one parameter set, for links to the next page.
    pub fn with(&self, name: &str, value: &str) -> String {
        let others = self.iter().filter(|(known, _)| *known != name);
        let pairs = others.chain([(name, value)]).map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

fn decoded(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| char::from(digit.unwrap_or(b'?')).to_digit(16));
                match digits {
                    [Some(high), Some(low)] => (high * 16 + low) as u8,
                    _ => return Err(Problem::malformed("the query holds a % that is not followed by two digits")),
                }
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Problem::malformed("the query is not UTF-8"))
}

/// A text as it may stand in a path segment or a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Asked, Problem> {
        Asked::read(Some(query), |name| ["name", "limit"].contains(&name))
    }

    #[test]
    fn values_are_decoded_and_encoded_alike() {
        let asked = read("name=%E9%95%BF%E6%B1%9F+%26&limit=5").unwrap();
        assert_eq!((asked.text("name"), asked.text("limit")), (Some("长江 &"), Some("5")));
        let again = read(&asked.with("limit", "7")).unwrap();
        assert_eq!((again.text("name"), again.text("limit")), (Some("长江 &"), Some("7")));
    }

    #[test]
    fn unknown_doubled_and_broken_parameters_are_refused() {
        for query in ["limt=5", "limit=5&limit=6", "name=%zz", "name=%e", "name=%ff"] {
            assert!(read(query).is_err(), "{query}");
        }
        assert!(read("").is_ok() && read("&").is_ok());
        assert!(read("limit=many").unwrap().value::<u32>("limit", "a number").is_err());
    }
}
