//! Siting: each clause at its limit, just inside and just outside, with facts missing and outside the coverage.

mod beside_distances;
mod district_opinion;
mod district_rules;
mod hazard_source;
mod hazardous_chemicals;
mod highways;
mod limits;
mod lpg_stations;
mod mutants;
mod nature_reserves;
mod pipelines;
mod power;
mod properties;
mod railways;
mod remedy;
mod report;
mod request;
mod risk_contours;
mod scene;
mod survey;
mod traps;
mod uncertainty;
mod water_sources;
mod yangtze;
