//! Cutting a GeoJSON text into its features without reading them, in memory that does not grow with the file.
//!
//! Accepted are one `FeatureCollection`, one Feature or geometry, and sequences of those (GeoJSONSeq), whether parted by
//! line ends, by record separators (RFC 8142) or by nothing. Brackets are counted, never recursed into.

use std::io::Read;

use serde_json::Value;

use super::scan::{Scan, Step};

const CHUNK: usize = 1 << 18;
/// A feature longer than this is refused; it would have millions of vertices.
const LONGEST_RECORD: usize = 256 << 20;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const RECORD_SEPARATOR: u8 = 0x1E;

/// Why a text could not be cut.
#[derive(Debug, thiserror::Error)]
pub(super) enum CutError {
    /// The text breaks off or is no JSON at this byte.
    #[error("{what}")]
    Broken {
        /// Bytes from the start of the file.
        offset: u64,
        /// What was wrong there.
        what: String,
    },
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
}

/// What the text says around its features.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Frame {
    /// Whether the text began with a byte order mark.
    pub marked: bool,
    /// The `type` of a collection, where it has been met.
    pub collection_type: Option<Value>,
    /// The legacy `crs` member, where it has been met.
    pub crs: Option<Value>,
    /// Whether there was a `features` list.
    pub is_collection: bool,
}

/// The features of a text, one after the other.
pub(super) struct Records<R> {
    source: R,
    buffer: Vec<u8>,
    /// First byte not yet handed out.
    at: usize,
    /// Bytes before the buffer.
    gone: u64,
    ended: bool,
    state: State,
    frame: Frame,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Start,
    /// Between values at the top.
    Top,
    /// In the list of features, before the first or after one.
    Features {
        first: bool,
    },
    /// In a collection's object, after a member.
    Members,
}

/// What the scan of one JSON value found.
enum Scanned {
    /// The value ends before this place of the buffer.
    Value(usize),
    /// The value is an object with a list of features; the list's first byte is at this place.
    Collection(usize),
}

impl<R: Read> Records<R> {
    pub fn new(source: R) -> Self {
        let (buffer, frame) = (Vec::with_capacity(2 * CHUNK), Frame::default());
        Self { source, buffer, at: 0, gone: 0, ended: false, state: State::Start, frame }
    }

    /// What has been learnt of the text so far; all of it once the features are through.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The next feature as written, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<&[u8]>, CutError> {
        self.release();
        if self.state == State::Start {
            self.skip_mark()?;
            self.state = State::Top;
        }
        loop {
            match self.state {
                State::Start | State::Top => {
                    let Some(byte) = self.peek(true)? else { return Ok(None) };
                    if byte != b'{' {
                        return Err(self.broken("expected an object"));
                    }
                    match self.scan(true)? {
                        Scanned::Value(end) => return Ok(Some(self.take(end))),
                        Scanned::Collection(list) => self.open_collection(list)?,
                    }
                }
                State::Features { first } => {
                    if self.next_in_list(first)? {
                        let Scanned::Value(end) = self.scan(false)? else { return Err(self.broken("unexpected list")) };
                        return Ok(Some(self.take(end)));
                    }
                    self.state = State::Members;
                }
                State::Members => self.read_members()?,
            }
        }
    }

    fn take(&mut self, end: usize) -> &[u8] {
        let start = std::mem::replace(&mut self.at, end);
        &self.buffer[start..end]
    }

    /// Forgets what has been handed out once it is half of what is held.
    fn release(&mut self) {
        if self.at > CHUNK || self.at == self.buffer.len() {
            self.gone += self.at as u64;
            self.buffer.drain(..self.at);
            self.at = 0;
        }
    }

    /// Reads on; false at the end of the file.
    fn fill(&mut self) -> Result<bool, CutError> {
        if self.ended {
            return Ok(false);
        }
        if self.buffer.len() - self.at > LONGEST_RECORD {
            return Err(self.broken("a single feature is longer than 256 MiB"));
        }
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let read = loop {
            match self.source.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(before + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(!self.ended)
    }

    fn broken(&self, what: &str) -> CutError {
        self.broken_at(self.at, what)
    }

    fn broken_at(&self, place: usize, what: &str) -> CutError {
        CutError::Broken { offset: self.gone + place as u64, what: what.to_owned() }
    }

    fn skip_mark(&mut self) -> Result<(), CutError> {
        while self.buffer.len() < BYTE_ORDER_MARK.len() && self.fill()? {}
        self.frame.marked = self.buffer.starts_with(BYTE_ORDER_MARK);
        self.at = if self.frame.marked { BYTE_ORDER_MARK.len() } else { 0 };
        Ok(())
    }

    /// The next byte that is not white space (nor, between texts, a record separator).
    fn peek(&mut self, between_texts: bool) -> Result<Option<u8>, CutError> {
        loop {
            while let Some(byte) = self.buffer.get(self.at) {
                let skipped = byte.is_ascii_whitespace() || (between_texts && *byte == RECORD_SEPARATOR);
                if !skipped {
                    return Ok(Some(*byte));
                }
                self.at += 1;
            }
            self.release();
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// As [`Self::peek`], where the text must go on.
    fn must_peek(&mut self) -> Result<u8, CutError> {
        self.peek(false)?.ok_or_else(|| self.broken("the file breaks off here"))
    }

    fn open_collection(&mut self, list: usize) -> Result<(), CutError> {
        self.frame.is_collection = true;
        self.keep_members(self.at + 1, list)?;
        self.at = list + 1;
        self.state = State::Features { first: true };
        Ok(())
    }

    /// Steps over the comma or the end of the list; whether a feature follows.
    fn next_in_list(&mut self, first: bool) -> Result<bool, CutError> {
        let byte = self.must_peek()?;
        if byte == b']' {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            if byte != b',' {
                return Err(self.broken("expected a comma or the end of the list of features"));
            }
            self.at += 1;
            self.must_peek()?;
        }
        self.state = State::Features { first: false };
        Ok(true)
    }

    /// The members of a collection after its features, up to its end.
    fn read_members(&mut self) -> Result<(), CutError> {
        loop {
            match self.must_peek()? {
                b'}' => {
                    self.at += 1;
                    self.state = State::Top;
                    return Ok(());
                }
                b',' => self.at += 1,
                _ => return Err(self.broken("expected a comma or the end of the collection")),
            }
            if self.must_peek()? != b'"' {
                return Err(self.broken("expected a member"));
            }
            let name = self.whole_value()?;
            if self.must_peek()? != b':' {
                return Err(self.broken("expected a colon"));
            }
            self.at += 1;
            self.must_peek()?;
            let value = self.whole_value()?;
            self.keep(&[b"{", name.as_slice(), b":", &value, b"}"].concat());
        }
    }

    /// The value at the current place, stepped over; a copy, since reading on moves what is held.
    fn whole_value(&mut self) -> Result<Vec<u8>, CutError> {
        match self.scan(false)? {
            Scanned::Value(end) => Ok(self.take(end).to_vec()),
            Scanned::Collection(place) => Err(self.broken_at(place, "unexpected list")),
        }
    }

    /// Keeps what the members before the features say.
    fn keep_members(&mut self, start: usize, list: usize) -> Result<(), CutError> {
        // The list itself becomes a null, so that what lies before it is an object of its own.
        let text = [b"{", &self.buffer[start..list], b"null}"].concat();
        if self.keep(&text) { Ok(()) } else { Err(self.broken("the collection does not begin as JSON")) }
    }

    fn keep(&mut self, object: &[u8]) -> bool {
        let Ok(Value::Object(mut members)) = serde_json::from_slice(object) else { return false };
        if let Some(name) = members.remove("type") {
            self.frame.collection_type = Some(name);
        }
        if let Some(crs) = members.remove("crs").filter(|crs| !crs.is_null()) {
            self.frame.crs = Some(crs);
        }
        true
    }

    /// Finds the end of the value that begins at the current place, reading on as needed.
    fn scan(&mut self, watch_for_features: bool) -> Result<Scanned, CutError> {
        let mut scan = Scan::from(self.at, watch_for_features);
        loop {
            match scan.run(&self.buffer) {
                Step::Done(end) => return Ok(Scanned::Value(end)),
                Step::Features(list) => return Ok(Scanned::Collection(list)),
                Step::Bad(place, what) => return Err(self.broken_at(place, what)),
                Step::More => {
                    if !self.fill()? {
                        return if scan.is_plain() {
                            Ok(Scanned::Value(scan.place()))
                        } else {
                            Err(self.broken_at(self.buffer.len(), "the file breaks off here"))
                        };
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, so that every boundary falls everywhere.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn cut(text: &str) -> Result<(Vec<String>, Frame), CutError> {
        let mut records = Records::new(Dripping(text.as_bytes(), 3));
        let mut all = Vec::new();
        while let Some(record) = records.next()? {
            all.push(String::from_utf8(record.to_vec()).unwrap());
        }
        Ok((all, records.frame().clone()))
    }

    #[test]
    fn a_collection_is_cut_whatever_the_order_of_its_members() {
        let (all, frame) = cut(
            "\u{feff}{ \"type\" : \"FeatureCollection\", \"name\":\"features\", \"x\":[1,{\"features\":[0]}], \"features\" : [ {\"a\":\"}]\\\"\"} , 7,null,{} ],\
             \"crs\": {\"type\":\"name\"}, \"after\": 12 }\n",
        )
        .unwrap();
        assert_eq!(all, ["{\"a\":\"}]\\\"\"}", "7", "null", "{}"]);
        assert!(frame.marked && frame.is_collection);
        assert_eq!(frame.collection_type, Some("FeatureCollection".into()));
        assert_eq!(frame.crs, Some(serde_json::json!({"type": "name"})));
    }

    #[test]
    fn sequences_are_cut_by_lines_separators_or_nothing() {
        for text in ["{\"a\":1}\n{\"b\":[2]}\n", "\u{1e}{\"a\":1}\n\u{1e}{\"b\":[2]}\n", "{\"a\":1}{\"b\":[2]}"] {
            assert_eq!(cut(text).unwrap().0, ["{\"a\":1}", "{\"b\":[2]}"]);
        }
        assert!(cut(" \n").unwrap().0.is_empty());
        assert!(cut("{\"type\":\"FeatureCollection\",\"features\":[]}").unwrap().0.is_empty());
    }

    #[test]
    fn a_text_that_breaks_off_is_told_with_its_place() {
        for (text, place) in [
            ("{\"features\":[{\"a\":1},{\"b\"", 25),
            ("{\"features\":[{}", 15),
            ("{\"a\":\"x", 7),
            ("[1]", 0),
            ("{}x", 2),
        ] {
            match cut(text) {
                Err(CutError::Broken { offset, .. }) => assert_eq!(offset, place, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_nesting_bomb_is_refused() {
        assert!(cut(&format!("{{\"a\":{}", "[".repeat(1_000_000))).is_err());
    }
}
