use super::*;
use crate::model::Schema;

fn number(method: &str, score: f64) -> Option<u8> {
    Scheme::shipped().method(method).unwrap().level(score).map(RiskLevel::number)
}

/// The next number below and above.
fn around(edge: f64) -> [f64; 3] {
    [edge.next_down(), edge, edge.next_up()]
}

#[test]
fn every_band_edge_falls_on_its_published_side() {
    let cases = [
        ("LEC", 70.0, [4, 3, 3]),
        ("LEC", 160.0, [3, 2, 2]),
        ("LEC", 320.0, [2, 1, 1]),
        ("LS", 8.0, [4, 4, 3]),
        ("LS", 12.0, [3, 3, 2]),
        ("LS", 16.0, [2, 2, 1]),
        ("hazchem_score", 60.0, [1, 2, 2]),
        ("hazchem_score", 75.0, [2, 3, 3]),
        ("hazchem_score", 90.0, [3, 4, 4]),
        ("chem_park_score", 60.0, [1, 2, 2]),
        ("chem_park_score", 70.0, [2, 3, 3]),
        ("chem_park_score", 85.0, [3, 4, 4]),
    ];
    for (method, edge, levels) in cases {
        assert_eq!(around(edge).map(|score| number(method, score)), levels.map(Some), "{method} {edge}");
    }
}

#[test]
fn published_matrix_products_and_classes() {
    let published = [(25.0, 1), (20.0, 1), (16.0, 2), (15.0, 2), (12.0, 3), (10.0, 3), (9.0, 3), (8.0, 4), (1.0, 4)];
    for (product, level) in published {
        assert_eq!(number("ls", product), Some(level), "{product}");
    }
}

#[test]
fn outside_the_scale_there_is_no_level() {
    for (method, inside, outside) in
        [("LEC", 10_000.0, 10_000.1), ("LEC", 0.05, 0.0), ("LS", 1.0, 0.9), ("LS", 25.0, 26.0)]
    {
        assert!(number(method, inside).is_some() && number(method, outside).is_none(), "{method}");
    }
    for (inside, outside) in [(0.0, -0.1), (100.0, 100.1)] {
        assert!(number("hazchem", inside).is_some() && number("hazchem", outside).is_none());
    }
    assert_eq!(number("LEC", f64::NAN), None);
}

#[test]
fn bands_leave_neither_gap_nor_overlap() {
    for method in Scheme::shipped().methods() {
        assert_eq!(bands::faults(&method.band), vec![], "{}", method.name);
        let ends = method.band.iter().flat_map(|band| [band.at_least, band.above, band.below, band.at_most]);
        let mut ends: Vec<f64> = ends.flatten().collect();
        ends.sort_unstable_by(f64::total_cmp);
        ends.dedup();
        let (low, high) = (ends[0], ends[ends.len() - 1]);
        for score in ends.iter().flat_map(|end| around(*end)).filter(|score| *score > low && *score < high) {
            let held = method.band.iter().filter(|band| band.holds(score)).count();
            assert_eq!(held, 1, "{} {score}", method.name);
        }
    }
}

#[test]
fn default_tables_read_fields_of_their_layers_and_every_allowed_grade() {
    for table in &Scheme::shipped().default {
        let field = Schema::layer(table.layer).field(&table.field).unwrap();
        assert!(field.values.iter().all(|grade| table.level(grade).is_some()), "{}", table.field);
    }
    let hca = Scheme::shipped().default_of(Layer::Pipelines).unwrap();
    assert_eq!([3, 2, 1].map(|grade| hca.level(&grade.into()).map(RiskLevel::number)), [Some(2), Some(3), Some(4)]);
    assert_eq!(hca.level(&4.into()), None);
}

#[test]
fn levels_have_words_and_bands_have_signs() {
    assert_eq!(Scheme::shipped().words(RiskLevel::Major), "重大风险（红）");
    assert_eq!(Scheme::shipped().words(RiskLevel::Low), "低风险（蓝）");
    let lec = Scheme::shipped().method(" lec ").unwrap();
    assert_eq!(lec.band_of(160.0).unwrap().signs("D"), "160 ≤ D < 320");
}

#[test]
fn direct_cases_read_flags_of_their_layers() {
    for case in &Scheme::shipped().direct {
        for layer in &case.layers {
            let field = Schema::layer(*layer).field(&case.field).unwrap();
            assert_eq!(field.field_type, crate::model::FieldType::Flag, "{layer} {}", case.field);
        }
    }
    let red = Scheme::shipped().direct.iter().filter(|case| case.rest.level == RiskLevel::Major);
    assert_eq!(red.count(), 4);
    let lec = Scheme::shipped().method("LEC").unwrap();
    let variants = lec.variants.as_ref().unwrap();
    let field = Schema::layer(Layer::Enterprises).field(&variants.field).unwrap();
    assert!(field.values.iter().all(|word| variants.meaning(word.as_str().unwrap()).is_some()));
}

const JIANGXI: &str = r#"
decided = "区安委会〔2026〕3号"

[[method]]
name = "LS"
band = [
    { level = 4, at_least = 1.0, below = 8.0 },
    { level = 3, at_least = 8.0, at_most = 12.0 },
    { level = 2, above = 12.0, at_most = 16.0 },
    { level = 1, above = 16.0, at_most = 25.0 },
]
scale = { S = [1.0, 2.0, 3.0, 4.0] }

[[default]]
layer = "pipelines"
field = "hca_grade"
levels = { 3 = 1, 2 = 2, 1 = 3 }
"#;

fn own(text: &str) -> Result<Scheme, Vec<String>> {
    Scheme::with_text("own/jiangxi.toml", text).map_err(|error| error.0.iter().map(ToString::to_string).collect())
}

#[test]
fn a_district_sets_bands_scales_and_colours_and_leaves_the_rest() {
    let scheme = own(JIANGXI).unwrap();
    let level = |method: &str, score| scheme.method(method).unwrap().level(score).map(RiskLevel::number);
    assert_eq!((level("LS", 8.0), level("LS", 7.9), level("LEC", 320.0)), (Some(3), Some(4), Some(1)));
    let ls = scheme.method("LS").unwrap();
    assert_eq!((ls.off_scale("S", 5.0).is_some(), ls.off_scale("L", 5.0).is_some()), (true, false));
    assert_eq!(ls.source, "区安委会〔2026〕3号");
    let pipelines = scheme.default_of(Layer::Pipelines).unwrap();
    assert_eq!(pipelines.level(&3.into()), Some(RiskLevel::Major));
    assert_eq!(scheme.name().name, "jiangxi.toml");
    assert_ne!(scheme.name().hash, Scheme::shipped().name().hash);
    assert_ne!(scheme.name().hash, own(&JIANGXI.replace("3号", "4号")).unwrap().name().hash);
}

#[test]
fn a_faulty_file_is_refused_with_file_and_line() {
    let band = |from: &str, to: &str| own(&JIANGXI.replace(from, to)).unwrap_err();
    let cases = [
        (band("below = 8.0", "below = 7.0"), 8, "between 7 and 8 is a gap"),
        (band("below = 8.0", "at_most = 8.0"), 8, "overlaps another at 8"),
        (band("above = 12.0", "above = 11.0"), 9, "overlaps another at 11"),
        (band("at_least = 8.0", "above = 8.0"), 8, "8 itself belongs to no band"),
        (band("at_least = 1.0,", "at_least = 1.0, above = 1.0,"), 7, "both at_least and above"),
        (band("above = 16.0, at_most = 25.0", "above = 26.0, at_most = 25.0"), 10, "holds nothing"),
        (band("level = 2,", "level = 7,"), 9, "7"),
        (band("below = 8.0", "belov = 8.0"), 7, "belov"),
        (band("\"LS\"", "\"LX\""), 4, "the methods are LEC, LS"),
        (band("S = [", "Q = ["), 4, "has no factor \"Q\""),
        (band("S = [1.0,", "S = [-1.0,"), 4, "zero or more"),
        (band("decided = \"区安委会〔2026〕3号\"", "decided = \" \""), 2, "who decided"),
        (band("hca_grade", "hca"), 14, "installations.hazard_grade"),
        (band("3 = 1, ", ""), 14, "grade 3 is missing"),
        (band("3 = 1, ", "3 = 1, 9 = 1, "), 14, "grade 9 is no grade"),
    ];
    for (faults, line, word) in cases {
        let place = format!("own/jiangxi.toml:{line}: ");
        assert!(
            faults.len() == 1 && faults[0].starts_with(&place) && faults[0].contains(word),
            "{line} {word}: {faults:?}"
        );
    }
    let missing = Scheme::with_file(std::path::Path::new("no/such.toml")).unwrap_err();
    assert!(missing.to_string().contains("no/such.toml"), "{missing}");
}
