//! Finding where a JSON value ends, by counting brackets.

/// Brackets may lie this deep in one another; the reader of a value allows far less.
const DEEPEST: u32 = 100_000;

/// Where in the text a scan is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Inside {
    #[default]
    Marks,
    Text,
    /// In a text, after a backslash.
    Escape,
}

/// The search for the end of one JSON value.
#[derive(Default)]
pub(super) struct Scan {
    place: usize,
    depth: u32,
    inside: Inside,
    /// Whether an object's list of features is to be told.
    watch: bool,
    text_start: usize,
    /// The last text at depth 1, until something other than a colon follows it.
    key_is_features: bool,
    started: bool,
}

/// What a search came to.
pub(super) enum Step {
    /// The value ends before this place.
    Done(usize),
    /// The value is an object whose list of features begins at this place.
    Features(usize),
    /// No value can go on like this.
    Bad(usize, &'static str),
    /// More text is needed.
    More,
}

impl Scan {
    /// From a place of the buffer on; where watching, an object's list of features ends the search.
    pub fn from(place: usize, watch: bool) -> Self {
        Self { place, watch, ..Self::default() }
    }

    /// How far the search has come.
    pub fn place(&self) -> usize {
        self.place
    }

    /// A number or word has no bracket that ends it; the end of the file does.
    pub fn is_plain(&self) -> bool {
        self.started && self.depth == 0 && self.inside == Inside::Marks
    }

    /// Goes on through the buffer, which may have grown since.
    pub fn run(&mut self, buffer: &[u8]) -> Step {
        while let Some(&byte) = buffer.get(self.place) {
            let step = if self.inside == Inside::Marks { self.mark(byte) } else { self.text(buffer, byte) };
            if let Some(step) = step {
                return step;
            }
        }
        Step::More
    }

    fn text(&mut self, buffer: &[u8], byte: u8) -> Option<Step> {
        self.place += 1;
        if self.inside == Inside::Escape {
            self.inside = Inside::Text;
        } else if byte == b'\\' {
            self.inside = Inside::Escape;
        } else if byte == b'"' {
            self.inside = Inside::Marks;
            if self.depth == 0 {
                return Some(Step::Done(self.place));
            }
            self.key_is_features =
                self.watch && self.depth == 1 && buffer[self.text_start..self.place] == *b"\"features\"";
        }
        None
    }

    fn mark(&mut self, byte: u8) -> Option<Step> {
        match byte {
            b'"' => {
                self.inside = Inside::Text;
                self.text_start = self.place;
            }
            b'[' if self.key_is_features => return Some(Step::Features(self.place)),
            b'{' | b'[' => {
                self.key_is_features = false;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Some(Step::Bad(self.place, "brackets lie too deep in one another"));
                }
            }
            b'}' | b']' => {
                if self.depth == 0 {
                    // The list or object around a bare number or word ends here.
                    return Some(if self.started {
                        Step::Done(self.place)
                    } else {
                        Step::Bad(self.place, "unexpected bracket")
                    });
                }
                self.depth -= 1;
                if self.depth == 0 {
                    return Some(Step::Done(self.place + 1));
                }
            }
            b',' if self.depth == 0 => {
                return Some(if self.started {
                    Step::Done(self.place)
                } else {
                    Step::Bad(self.place, "unexpected comma")
                });
            }
            b',' => self.key_is_features = false,
            _ => {}
        }
        self.started = true;
        self.place += 1;
        None
    }
}
