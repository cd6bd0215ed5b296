//! The encoding of a shapefile's attributes, where nothing says it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Text looked at; plenty to tell UTF-8 from GBK.
const SAMPLE: u64 = 1 << 20;
/// Where the header keeps its own length and the language driver.
const HEADER_LENGTH: usize = 8;
const LANGUAGE_DRIVER: usize = 29;
const HEADER: usize = 32;

/// The encoding to read a shapefile's `.dbf` with, where neither a `.cpg` nor the `.dbf` itself says one: UTF-8 where all
/// of it is that, else GBK. `None` for other files, and where it is said or there is nothing but ASCII.
pub(super) fn guess_encoding(path: &Path) -> Option<&'static str> {
    let is_shapefile = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp"));
    if !is_shapefile || sibling(path, &["cpg", "CPG"]).is_some() {
        return None;
    }
    let mut file = File::open(sibling(path, &["dbf", "DBF"])?).ok()?;
    let mut header = [0; HEADER];
    file.read_exact(&mut header).ok()?;
    // 0 says nothing, 0x57 only "the code page of the machine".
    if !matches!(header[LANGUAGE_DRIVER], 0 | 0x57) {
        return None;
    }
    let start = u16::from_le_bytes([header[HEADER_LENGTH], header[HEADER_LENGTH + 1]]);
    file.seek(SeekFrom::Start(HEADER as u64)).ok()?;
    let mut text = Vec::new();
    file.take(SAMPLE + u64::from(start)).read_to_end(&mut text).ok()?;
    encoding_of(&text)
}

fn encoding_of(text: &[u8]) -> Option<&'static str> {
    if text.is_ascii() {
        return None;
    }
    match std::str::from_utf8(text) {
        Ok(_) => Some("UTF-8"),
        // Only the last character is cut off.
        Err(error) if error.error_len().is_none() => Some("UTF-8"),
        Err(_) => Some("CP936"),
    }
}

fn sibling(path: &Path, endings: &[&str]) -> Option<std::path::PathBuf> {
    endings.iter().map(|ending| path.with_extension(ending)).find(|sibling| sibling.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_and_gbk_are_told_apart() {
        assert_eq!(encoding_of(b"plain"), None);
        assert_eq!(encoding_of("柴桑区".as_bytes()), Some("UTF-8"));
        assert_eq!(encoding_of(&"柴桑区".as_bytes()[..8]), Some("UTF-8"));
        assert_eq!(encoding_of(b"\xB2\xF1\xC9\xA3\xC7\xF8"), Some("CP936"));
    }
}
