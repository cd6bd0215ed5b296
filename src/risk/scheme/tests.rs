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
