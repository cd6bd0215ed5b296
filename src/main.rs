//! The command line of Sisetu.

fn main() {}
