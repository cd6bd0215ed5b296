//! Rivers and lakes of the sketch.

use super::At;

/// The Yangtze's middle line through the sheet, west to east, the island's southern channel included.
pub(in crate::sample) const YANGTZE: &[At] = &[
    (115.40, 29.872),
    (115.46, 29.860),
    (115.53, 29.845),
    (115.60, 29.850),
    (115.66, 29.859),
    (115.712, 29.845),
    (115.755, 29.812),
    (115.80, 29.781),
    (115.85, 29.755),
    (115.90, 29.738),
    (115.945, 29.734),
    (115.990, 29.743),
    (116.030, 29.757),
    (116.080, 29.757),
    (116.130, 29.756),
    (116.180, 29.755),
    (116.225, 29.760),
    (116.262, 29.784),
    (116.320, 29.825),
    (116.38, 29.860),
    (116.44, 29.885),
];

/// The channel north of the island.
pub(in crate::sample) const NORTH_CHANNEL: &[At] = &[
    (116.020, 29.754),
    (116.045, 29.768),
    (116.075, 29.795),
    (116.115, 29.826),
    (116.160, 29.843),
    (116.205, 29.838),
    (116.240, 29.812),
    (116.268, 29.788),
    (116.285, 29.800),
];

/// A lake of the sketch.
pub(in crate::sample) struct Lake {
    /// Its real name.
    pub name: &'static str,
    /// Shore, anticlockwise.
    pub shore: &'static [At],
    /// Whether it counts as an important lake; not said of every lake, since the list is not known.
    pub important: Option<bool>,
}

/// The lakes.
pub(in crate::sample) const LAKES: &[Lake] = &[
    Lake {
        name: "赤湖",
        important: None,
        shore: &[
            (115.672, 29.772),
            (115.686, 29.757),
            (115.700, 29.750),
            (115.714, 29.735),
            (115.734, 29.744),
            (115.728, 29.760),
            (115.736, 29.778),
            (115.716, 29.794),
            (115.692, 29.799),
            (115.676, 29.788),
        ],
    },
    Lake {
        name: "赛城湖",
        important: Some(true),
        shore: &[
            (115.806, 29.680),
            (115.819, 29.677),
            (115.816, 29.665),
            (115.832, 29.660),
            (115.846, 29.673),
            (115.862, 29.667),
            (115.880, 29.672),
            (115.884, 29.686),
            (115.866, 29.699),
            (115.842, 29.704),
            (115.817, 29.699),
            (115.802, 29.690),
        ],
    },
    Lake {
        name: "八里湖",
        important: Some(false),
        shore: &[
            (115.928, 29.650),
            (115.943, 29.638),
            (115.955, 29.658),
            (115.953, 29.680),
            (115.942, 29.695),
            (115.926, 29.702),
            (115.920, 29.688),
            (115.926, 29.670),
        ],
    },
    Lake {
        name: "鄱阳湖（入江水道）",
        important: Some(true),
        shore: &[
            (116.196, 29.660),
            (116.215, 29.655),
            (116.228, 29.680),
            (116.236, 29.710),
            (116.240, 29.745),
            (116.232, 29.768),
            (116.222, 29.745),
            (116.210, 29.708),
            (116.203, 29.685),
        ],
    },
];

/// A stream of the sketch.
pub(in crate::sample) struct Stream {
    /// Its real name.
    pub name: &'static str,
    /// The contract's word for it.
    pub kind: &'static str,
    /// Least and greatest half width, metres.
    pub half_width: (f64, f64),
    /// Catchment, square kilometres, rough.
    pub catchment_km2: Option<f64>,
    /// Middle line, from the source downwards.
    pub course: &'static [At],
}

/// Tributaries and a canal.
pub(in crate::sample) const STREAMS: &[Stream] = &[
    Stream {
        name: "沙河",
        kind: "yangtze_tributary",
        half_width: (18.0, 38.0),
        catchment_km2: Some(90.0),
        course: &[
            (115.945, 29.578),
            (115.926, 29.598),
            (115.905, 29.606),
            (115.890, 29.610),
            (115.872, 29.624),
            (115.862, 29.640),
            (115.853, 29.656),
            (115.855, 29.672),
        ],
    },
    Stream {
        name: "长河",
        kind: "yangtze_tributary",
        half_width: (30.0, 65.0),
        catchment_km2: Some(430.0),
        course: &[
            (115.570, 29.640),
            (115.600, 29.652),
            (115.640, 29.660),
            (115.675, 29.652),
            (115.705, 29.648),
            (115.735, 29.640),
            (115.762, 29.640),
            (115.790, 29.652),
            (115.808, 29.658),
            (115.826, 29.668),
        ],
    },
    Stream {
        name: "博阳河",
        kind: "yangtze_tributary",
        half_width: (20.0, 55.0),
        catchment_km2: Some(218.0),
        course: &[
            (115.735, 29.575),
            (115.758, 29.556),
            (115.780, 29.530),
            (115.795, 29.500),
            (115.798, 29.472),
            (115.826, 29.440),
            (115.832, 29.410),
            (115.836, 29.380),
            (115.822, 29.350),
            (115.806, 29.320),
            (115.800, 29.270),
        ],
    },
    Stream {
        name: "新开河",
        kind: "canal",
        half_width: (22.0, 30.0),
        catchment_km2: None,
        course: &[(115.934, 29.694), (115.940, 29.706), (115.938, 29.718), (115.943, 29.733)],
    },
];
