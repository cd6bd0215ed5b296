//! `sisetu sample`: the sample district, or a province-sized set, as files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sisetu::sample;

use super::exit::Failure;
use super::{Ended, exit, output, progress};

/// The seed of the sample that the program serves.
pub const SEED: u64 = 1;

/// Makes the sample district, or a province-sized set, as GeoJSON files, one a layer
#[derive(Debug, Args)]
#[command(after_help = "\
The same seed gives the same bytes. Real outlines are a sketch; everything else is invented and called 模拟.

Example:
  sisetu sample --seed 7 --out ./sample")]
pub struct Sample {
    /// What is invented depends on it
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// A district, or a million enterprises
    #[arg(long, value_enum, default_value_t)]
    size: Size,
    /// The folder the files are written to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// How much is made.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Size {
    /// One district
    #[default]
    District,
    /// A province
    Province,
}

impl Sample {
    /// Writes the files and names them.
    pub fn run(self) -> Ended {
        let layers = match self.size {
            Size::District => sample::district(self.seed),
            Size::Province => sample::province(self.seed),
        };
        let bar = progress::bar(layers.iter().map(|layer| layer.count).sum(), "features");
        let written = sample::write(layers, &self.out, &mut |done, _| bar.set_position(done));
        bar.finish_and_clear();
        let files =
            written.map_err(|error| Failure::machine(format!("{} cannot be written: {error}", self.out.display())))?;
        let names = files.iter().flat_map(|file| [file.display().to_string(), "\n".to_owned()]);
        output::print(&names.collect::<String>())?;
        Ok(exit::DONE)
    }
}
