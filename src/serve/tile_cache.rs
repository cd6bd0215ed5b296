//! Tiles that were drawn, kept by what they show. A key names the revision that last changed the tile, so nothing is ever
//! taken out because it is stale: what is stale is not asked for any more.

use std::io::Write;
use std::sync::Arc;

use axum::body::Bytes;
use jiff::civil::Date;
use moka::future::Cache;

use super::negotiate::Coding;
use super::problem::Problem;
use crate::model::Revision;
use crate::tile::TileCoord;

/// Below this size a coding costs more than it saves.
const WORTH_CODING_BYTES: usize = 128;
/// What an entry takes besides its bytes.
const ENTRY_BYTES: usize = 160;

/// One tile in one coding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The set's name, or the kind of an exclusion set.
    pub set: &'static str,
    /// The day whose law an exclusion set is drawn by; none for any other set.
    pub day: Option<Date>,
    /// Where.
    pub coord: TileCoord,
    /// The revision that last changed what it shows.
    pub revision: Revision,
    /// The published edition whose reds it shows as held; 0 where it shows none.
    pub published: u64,
    /// In which coding.
    pub coding: Coding,
}

/// The cache; each tile is drawn once and coded once, however many ask for it at the same time.
pub struct TileCache(Cache<Key, Bytes>);

impl TileCache {
    /// A cache of at most so many bytes.
    pub fn new(bytes: u64) -> Self {
        let weight = |_: &Key, tile: &Bytes| u32::try_from(tile.len() + ENTRY_BYTES).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(bytes).weigher(weight).build())
    }

    /// A tile that is here.
    pub async fn held(&self, key: &Key) -> Option<Bytes> {
        self.0.get(key).await
    }

    /// The tile; `make` is run by one of those who ask. A failure is told to all of them and not kept.
    pub async fn or_make(
        &self,
        key: Key,
        make: impl Future<Output = Result<Bytes, Problem>>,
    ) -> Result<Bytes, Problem> {
        self.0.try_get_with(key, make).await.map_err(Arc::unwrap_or_clone)
    }
}

/// The coding a tile of this size is sent in, where the caller likes this one best.
pub fn worthwhile(coding: Coding, length: usize) -> Coding {
    if length < WORTH_CODING_BYTES { Coding::Identity } else { coding }
}

/// The tile in a coding.
pub fn coded(tile: &Bytes, coding: Coding) -> std::io::Result<Bytes> {
    Ok(match coding {
        Coding::Identity => tile.clone(),
        Coding::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            out.write_all(tile)?;
            out.finish()?.into()
        }
        Coding::Brotli => {
            let mut out = Vec::new();
            // Quality 5 is the last one before the time rises much faster than the size falls.
            brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(tile)?;
            out.into()
        }
        Coding::Zstd => zstd::encode_all(tile.as_ref(), 7)?.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn every_coding_gives_the_tile_back() {
        let tile = Bytes::from((0..50_000_u32).flat_map(|n| (n / 7).to_le_bytes()).collect::<Vec<u8>>());
        for coding in [Coding::Identity, Coding::Gzip, Coding::Brotli, Coding::Zstd] {
            let sent = coded(&tile, coding).unwrap();
            let mut back = Vec::new();
            match coding {
                Coding::Identity => back.extend_from_slice(&sent),
                Coding::Gzip => drop(flate2::read::GzDecoder::new(&*sent).read_to_end(&mut back).unwrap()),
                Coding::Brotli => drop(brotli::Decompressor::new(&*sent, 4096).read_to_end(&mut back).unwrap()),
                Coding::Zstd => back = zstd::decode_all(&*sent).unwrap(),
            }
            assert!(back == tile && (coding == Coding::Identity || sent.len() < tile.len()), "{coding:?}");
        }
    }

    #[test]
    fn a_tiny_tile_is_sent_as_it_is() {
        assert_eq!(worthwhile(Coding::Gzip, 127), Coding::Identity);
        assert_eq!(worthwhile(Coding::Gzip, 128), Coding::Gzip);
    }
}
