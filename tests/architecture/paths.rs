//! Reads the paths that Rust code mentions: enough of the language for that, and no more.

/// What stands before code that only tests see.
pub const TEST_ONLY: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

/// The tokens of production code.
pub fn words(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let mut words = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        if tokens[place..].starts_with(&TEST_ONLY) {
            place = end_of_item(&tokens, place + TEST_ONLY.len());
        } else {
            words.push(tokens[place].to_owned());
            place += 1;
        }
    }
    words
}

/// Past the `;` or the closing brace of an item.
fn end_of_item(tokens: &[&str], start: usize) -> usize {
    let mut depth = 0usize;
    for (place, token) in tokens.iter().enumerate().skip(start) {
        match *token {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place + 1;
                }
            }
            ";" if depth == 0 => return place + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Identifiers, `::` and single signs; comments and texts are left out.
pub fn tokens(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(sign) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = token_length(rest, sign);
            tokens.push(&rest[..length]);
            length
        });
        rest = &rest[length..];
    }
    tokens
}

fn token_length(rest: &str, sign: char) -> usize {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    match sign {
        sign if is_word(sign) => rest.find(|sign| !is_word(sign)).unwrap_or(rest.len()),
        ':' if rest.starts_with("::") => 2,
        sign => sign.len_utf8(),
    }
}

/// The length of the white space, comment, text or character that `rest` starts with.
fn skipped(rest: &str) -> Option<usize> {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with(char::is_whitespace) {
        return Some(rest.find(|sign: char| !sign.is_whitespace()).unwrap_or(rest.len()));
    }
    if rest.starts_with("//") {
        return Some(until("\n", 2));
    }
    if rest.starts_with("/*") {
        return Some(until("*/", 2));
    }
    if let Some(raw) = rest.strip_prefix('r').filter(|raw| raw.trim_start_matches('#').starts_with('"')) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        return Some(until(&format!("\"{}", "#".repeat(hashes)), 2 + hashes));
    }
    match rest.as_bytes() {
        [b'"', ..] => Some(text_length(rest, '"')),
        [b'\'', b'\\', ..] => Some(text_length(rest, '\'')),
        [b'\'', ..] => rest.char_indices().nth(2).filter(|(_, sign)| *sign == '\'').map(|(at, _)| at + 1),
        _ => None,
    }
}

/// The length of a text in quotes, in which a backslash takes the next sign with it.
fn text_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            sign if sign == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Every path mentioned, groups opened and `self`/`super` resolved. A lone name counts only after `use`.
pub fn paths(words: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let used = words[place] == "use";
        let start = place + usize::from(used);
        let before = found.len();
        place = read_path(words, start, &[], &mut found).max(place + 1);
        if !used {
            let fresh = found.split_off(before);
            found.extend(fresh.into_iter().filter(|path: &Vec<String>| path.len() > 1));
        }
    }
    found.into_iter().map(|path| resolved(path, module)).collect()
}

/// Reads one path, or a group of them, that continues `prefix`; gives the place after it.
fn read_path(words: &[String], start: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    let mut place = start;
    loop {
        match words.get(place).map(String::as_str) {
            Some("{") if place > start || !prefix.is_empty() || place > 0 && words[place - 1] == "use" => {
                return read_group(words, place + 1, &path, found);
            }
            Some(word) if word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_') => {
                path.push(word.to_owned());
                place += 1;
            }
            _ => break,
        }
        if words.get(place).is_none_or(|word| word != "::") {
            break;
        }
        place += 1;
    }
    if path.len() > prefix.len() {
        found.push(path);
    }
    place
}

fn read_group(words: &[String], start: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut place = start;
    while let Some(word) = words.get(place) {
        match word.as_str() {
            "}" => return place + 1,
            "as" => place += 2,
            _ => place = read_path(words, place, prefix, found).max(place + 1),
        }
    }
    place
}

/// The path from the root of the crate where it starts with `self` or `super`.
fn resolved(path: Vec<String>, module: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|word| matches!(word.as_str(), "self" | "super")).count();
    if ups == 0 {
        return path;
    }
    let supers = path[..ups].iter().filter(|word| *word == "super").count();
    let kept = module.len().saturating_sub(supers);
    let root = std::iter::once("crate".to_owned());
    root.chain(module[..kept].iter().cloned()).chain(path[ups..].iter().cloned()).collect()
}
