//! The few parts of the protobuf wire format that a vector tile needs (MVT 2.1, clause 4).
//!
//! The crate `mvt` hashes every text of every feature anew for every tile. Here the values of a layer are encoded once and
//! for all ([`super::plate::Values`]), and a tile copies them. The tests decode both with another reader and compare.

/// A base-128 number.
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes a base-128 number takes.
pub(super) fn varint_len(number: u64) -> usize {
    (64 - (number | 1).leading_zeros() as usize).div_ceil(7)
}

/// A field that holds a number.
pub(super) fn number(out: &mut Vec<u8>, field: u32, value: u64) {
    varint(out, u64::from(field << 3));
    varint(out, value);
}

/// A field that holds bytes: a text, a message, packed numbers.
pub(super) fn bytes(out: &mut Vec<u8>, field: u32, content: &[u8]) {
    varint(out, u64::from((field << 3) | 2));
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// A field that holds a double.
pub(super) fn double(out: &mut Vec<u8>, field: u32, value: f64) {
    varint(out, u64::from((field << 3) | 1));
    out.extend_from_slice(&value.to_le_bytes());
}

/// A signed number as an unsigned one with small numbers near nought.
pub(super) fn zigzag(number: i32) -> u32 {
    ((number << 1) ^ (number >> 31)).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_documented_bytes() {
        let written = |number| {
            let mut out = Vec::new();
            varint(&mut out, number);
            assert_eq!(out.len(), varint_len(number));
            out
        };
        assert_eq!(written(0), [0]);
        assert_eq!(written(127), [0x7F]);
        assert_eq!(written(300), [0xAC, 0x02]);
        assert_eq!(written(u64::MAX).len(), 10);
        assert_eq!([0, -1, 1, -2, i32::MAX, i32::MIN].map(zigzag), [0, 1, 2, 3, u32::MAX - 1, u32::MAX]);
    }

    #[test]
    fn fields_have_the_documented_bytes() {
        let mut out = Vec::new();
        number(&mut out, 15, 2);
        bytes(&mut out, 1, "风".as_bytes());
        double(&mut out, 3, 1.0);
        assert_eq!(out, [0x78, 2, 0x0A, 3, 0xE9, 0xA3, 0x8E, 0x19, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]);
    }
}
