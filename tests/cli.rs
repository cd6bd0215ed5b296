//! The commands as people and scripts meet them: what they print, what they leave, how they end.

mod areas;
mod check;
mod demo;
mod doctor;
mod import;
mod listings;
mod postgis;
mod risk;
mod risk_lists;
mod survey;
mod usage;
