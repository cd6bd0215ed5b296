//! The sketch: outlines of real things, drawn by hand from rough knowledge to about a kilometre (示意).
//!
//! Longitude first, degrees. Names and division codes are real; positions are a drawing, and no distance read from
//! them is a fact. Nothing here depends on the seed.

mod railways;
mod roads;
mod waters;

pub(super) use railways::{INVENTED_RAILWAYS, RAILWAYS};
pub(super) use roads::{INVENTED_ROADS, ROADS};
pub(super) use waters::{LAKES, NORTH_CHANNEL, STREAMS, YANGTZE};

/// A place of the sketch: longitude, latitude.
pub(super) type At = (f64, f64);

/// The district's name and division code.
pub(super) const DISTRICT: (&str, &str) = ("柴桑区", "360404");

/// The main part, anticlockwise from the north-west corner in the river.
pub(super) const MAIN_PART: &[At] = &[
    (115.646, 29.859),
    (115.650, 29.843),
    (115.655, 29.825),
    (115.675, 29.808),
    (115.690, 29.792),
    (115.706, 29.780),
    (115.712, 29.765),
    (115.702, 29.748),
    (115.695, 29.730),
    (115.698, 29.708),
    (115.730, 29.698),
    (115.764, 29.702),
    (115.757, 29.686),
    (115.722, 29.678),
    (115.690, 29.668),
    (115.680, 29.652),
    (115.660, 29.640),
    (115.636, 29.638),
    (115.618, 29.622),
    (115.630, 29.605),
    (115.650, 29.585),
    (115.660, 29.560),
    (115.676, 29.544),
    (115.708, 29.540),
    (115.714, 29.516),
    (115.740, 29.498),
    (115.762, 29.480),
    (115.766, 29.458),
    (115.792, 29.438),
    (115.790, 29.412),
    (115.810, 29.386),
    (115.826, 29.364),
    (115.854, 29.352),
    (115.860, 29.372),
    (115.847, 29.396),
    (115.866, 29.426),
    (115.880, 29.450),
    (115.896, 29.470),
    (115.912, 29.498),
    (115.892, 29.512),
    (115.872, 29.510),
    (115.880, 29.532),
    (115.881, 29.562),
    (115.906, 29.576),
    (115.917, 29.590),
    (115.908, 29.606),
    (115.915, 29.622),
    (115.898, 29.640),
    (115.902, 29.660),
    (115.899, 29.682),
    (115.914, 29.706),
    (115.930, 29.733),
    (115.900, 29.738),
    (115.850, 29.755),
    (115.800, 29.781),
    (115.755, 29.812),
    (115.712, 29.844),
    (115.680, 29.856),
];

/// 江洲镇, the island exclave, anticlockwise; the line runs in the channels round the island.
pub(super) const ISLAND_PART: &[At] = &[
    (116.045, 29.764),
    (116.080, 29.757),
    (116.130, 29.756),
    (116.180, 29.755),
    (116.225, 29.760),
    (116.262, 29.784),
    (116.240, 29.812),
    (116.205, 29.838),
    (116.160, 29.843),
    (116.115, 29.826),
    (116.075, 29.795),
];

/// The corner in the south-west where nobody has surveyed where people live: the one deliberate gap.
pub(super) const UNSURVEYED: &[At] =
    &[(115.400, 29.604), (115.400, 29.200), (115.774, 29.200), (115.774, 29.496), (115.660, 29.600)];

/// Township-level units of the main part: name, code, and the point its rough extent is drawn round.
pub(super) const UNITS: &[(&str, &str, At)] = &[
    ("沙河街道", "360404001", (115.885, 29.618)),
    ("狮子街道", "360404002", (115.835, 29.590)),
    ("城门街道", "360404003", (115.815, 29.643)),
    ("浔南街道", "360404004", (115.880, 29.655)),
    ("赛城湖街道", "360404005", (115.890, 29.695)),
    ("马回岭镇", "360404101", (115.815, 29.440)),
    ("城子镇", "360404103", (115.685, 29.832)),
    ("港口街镇", "360404104", (115.785, 29.722)),
    ("新合镇", "360404105", (115.775, 29.620)),
    ("永安乡", "360404200", (115.865, 29.728)),
    ("涌泉乡", "360404201", (115.672, 29.608)),
    ("新塘乡", "360404202", (115.722, 29.616)),
    ("岷山乡", "360404204", (115.825, 29.510)),
    ("新洲垦殖场", "360404501", (115.755, 29.780)),
    ("赛城湖水产场", "360404502", (115.840, 29.688)),
    ("岷山林场", "360404503", (115.745, 29.550)),
];

/// 江洲镇: name, code, and its seat.
pub(super) const ISLAND_UNIT: (&str, &str, At) = ("江洲镇", "360404102", (116.135, 29.790));

/// Built-up places that housing gathers round: name, centre, radius in metres, share of the town housing.
pub(super) const TOWNS: &[(&str, At, f64, f64)] = &[
    ("沙河", (115.888, 29.622), 2600.0, 6.0),
    ("狮子", (115.838, 29.600), 1200.0, 2.0),
    ("城门", (115.815, 29.646), 1000.0, 1.5),
    ("浔南", (115.884, 29.652), 1500.0, 2.0),
    ("赛城湖", (115.900, 29.700), 1300.0, 2.0),
    ("马回岭", (115.812, 29.446), 1300.0, 2.0),
    ("江洲", (116.135, 29.788), 1200.0, 1.5),
    ("城子", (115.688, 29.832), 1100.0, 1.5),
    ("港口街", (115.782, 29.725), 1200.0, 2.0),
    ("新合", (115.773, 29.617), 900.0, 1.2),
    ("永安", (115.870, 29.722), 900.0, 1.2),
    ("涌泉", (115.672, 29.615), 800.0, 1.0),
    ("新塘", (115.722, 29.624), 800.0, 1.0),
    ("岷山", (115.820, 29.502), 700.0, 1.0),
    ("九江城区", (115.985, 29.705), 3200.0, 4.0),
    ("瑞昌城区", (115.655, 29.675), 1300.0, 1.5),
    ("小池", (115.985, 29.768), 1200.0, 1.0),
    ("德安北", (115.775, 29.335), 1200.0, 1.0),
];

/// A road or a railway of the sketch, or a line invented beside them.
pub(super) struct Way {
    /// Its name; of an invented one without the leading 模拟.
    pub name: &'static str,
    /// The contract's word for it.
    pub kind: &'static str,
    /// Half width, metres: what is drawn.
    pub half_width: f64,
    /// Whether the half width is told in the data.
    pub told: bool,
    /// Centreline.
    pub course: &'static [At],
}
