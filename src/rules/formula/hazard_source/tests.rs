// Lists are written where they are used.
#![allow(clippy::needless_pass_by_value)]

use super::substances::TABLES;
use super::*;
use serde_json::{Value, json};

fn kept(list: Value) -> Vec<Stored> {
    inventory(&list).unwrap()
}

fn found(list: Value, residents: Option<u64>) -> HazardSource {
    assess(&kept(list), residents).unwrap()
}

fn chosen(list: Value) -> Method {
    method(&kept(list)).unwrap().method
}

#[test]
fn the_worked_example_comes_out() {
    let list = json!([{"cas": "7664-41-7", "tonnes": 20}, {"name": "氯", "tonnes": 10}]);
    let source = found(list, Some(120));
    assert_eq!((source.r.least, source.r.most), (24.0, Some(24.0)));
    assert_eq!((source.s.least, source.major), (4.0, Some(true)));
    assert_eq!(source.grade.and_then(Grades::known), Some(3));
    assert_eq!(source.mark, Verification::V3);
    assert!(source.unknown.is_empty() && source.ambiguous.is_empty());
    let steps: Vec<_> = source.steps.iter().map(|line| (line.what, line.value)).collect();
    assert_eq!(
        steps,
        [
            ("substance", Some(2.0)),
            ("substance", Some(2.0)),
            ("S", Some(4.0)),
            ("residents", Some(120.0)),
            ("alpha", Some(2.0)),
            ("R", Some(24.0)),
            ("hazard_grade", Some(3.0)),
        ]
    );
}

#[test]
fn grades_begin_at_their_limits() {
    for (r, expected) in [(0.5, 4), (9.999, 4), (10.0, 3), (49.999, 3), (50.0, 2), (99.999, 2), (100.0, 1), (1e6, 1)] {
        assert_eq!(grade(r), expected, "{r}");
    }
    // 5 t of chlorine make an R of 4 with α = 1.
    for (tonnes, expected) in [(12.49, 4), (12.5, 3), (62.49, 3), (62.5, 2), (124.99, 2), (125.0, 1)] {
        let source = found(json!([{"name": "液氯", "tonnes": tonnes}]), Some(1));
        assert_eq!(source.grade.and_then(Grades::known), Some(expected), "{tonnes}");
    }
}

#[test]
fn a_sum_of_exactly_one_is_a_major_hazard_source() {
    assert_eq!(found(json!([{"name": "氯", "tonnes": 5}]), Some(0)).major, Some(true));
    assert_eq!(found(json!([{"name": "氯", "tonnes": 4.9999}]), Some(0)).major, Some(false));
    let tenths: Vec<Value> = (0..10).map(|_| json!({"name": "甲醇", "tonnes": 50})).collect();
    assert_eq!(found(Value::Array(tenths), Some(0)).major, Some(true), "ten tenths");
    assert_eq!(found(json!([{"name": "氯", "tonnes": 4.9999}]), Some(0)).grade, None);
}

#[test]
fn uncounted_residents_leave_a_range() {
    let source = found(json!([{"name": "氯", "tonnes": 50}]), None);
    assert_eq!((source.r.least, source.r.most), (20.0, Some(80.0)));
    assert_eq!(source.grade, Some(Grades { worst: 2, mildest: Some(3) }));
}

#[test]
fn a_substance_without_a_place_has_no_upper_end_and_is_told() {
    let list = json!([{"name": "某中间体", "tonnes": 0.1}, {"name": "氯", "tonnes": 1}]);
    let source = found(list, Some(0));
    assert_eq!(source.unknown, ["某中间体"]);
    assert_eq!((source.s.least, source.s.most, source.major), (0.2, None, None));
    assert_eq!(source.grade, Some(Grades { worst: 1, mildest: None }));
    for list in [
        json!([{"name": "氯"}]),
        json!([{"tonnes": 3}]),
        json!([{"name": "某中间体", "class": "X9", "tonnes": 3}]),
        json!([{"name": "某中间体", "class": ["J5", "X9"], "tonnes": 3}]),
    ] {
        assert_eq!(found(list, Some(0)).unknown.len(), 1);
    }
    assert_eq!(found(json!([]), Some(0)).major, None, "nothing stated is nothing known");
}

#[test]
fn a_class_stands_in_for_a_name_and_the_strictest_counts() {
    let one = found(json!([{"name": "某中间体", "class": "w5.3", "tonnes": 1000}]), Some(1));
    assert_eq!((one.s.least, one.r.least, one.mark), (1.0, 1.0, Verification::V3));
    let two = found(json!([{"cas": "0-0-0", "class": ["J5", "W5.1"], "tonnes": 20}]), Some(1));
    assert_eq!((two.s.least, two.r.least, two.r.most), (2.0, 2.0, Some(3.0)));
}

#[test]
fn entries_that_share_a_number_are_tried_at_the_strictest() {
    let source = found(json!([{"cas": "6484-52-2", "tonnes": 20}]), Some(1));
    assert_eq!((source.s.least, source.s.most), (0.4, Some(4.0)));
    assert_eq!((source.ambiguous.as_slice(), source.major), (["6484-52-2".to_owned()].as_slice(), None));
    let cotton = found(json!([{"name": "硝化棉", "tonnes": 1}]), Some(1));
    assert_eq!((cotton.s.least, cotton.s.most), (0.02, Some(1.0)));
    let told = found(json!([{"cas": "9004-70-0", "name": "硝化纤维素(含乙醇>=25%)", "tonnes": 10}]), Some(1));
    assert_eq!((told.s.least, told.ambiguous.len(), told.major), (1.0, 0, Some(true)), "the name settles it");
}

#[test]
fn a_name_and_a_number_that_contradict_one_another_are_both_tried() {
    let source = found(json!([{"cas": "7664-41-7", "name": "氯", "tonnes": 10}]), Some(1));
    assert_eq!((source.s.least, source.s.most, source.ambiguous.len()), (1.0, Some(2.0), 1));
    assert_eq!((source.r.least, source.r.most), (2.0, Some(8.0)));
}

#[test]
fn the_beta_of_a_named_substance_is_as_narrow_as_its_class_is_known() {
    let petrol = |class: Value| found(json!([{"name": "汽油", "tonnes": 200, "class": class}]), Some(1));
    let open = petrol(Value::Null);
    assert_eq!((open.r.least, open.r.most, open.mark), (1.0, Some(1.5), Verification::KnownHigh));
    let stated = petrol(json!("W5.3"));
    assert_eq!((stated.r.most, stated.mark), (Some(1.0), Verification::V3));
    let hydrogen = found(json!([{"cas": "1333-74-0", "tonnes": 5}]), Some(1));
    assert_eq!((hydrogen.r.least, hydrogen.r.most), (1.5, Some(1.5)));
}

#[test]
fn names_are_known_however_they_are_written() {
    for name in ["1,3-丁二烯", "1-3-丁二烯", " 1，3－丁二烯 ", "Butadiene", "硝酸 （含量＞70％）"] {
        assert!(found(json!([{"name": name, "tonnes": 1}]), Some(1)).unknown.is_empty(), "{name}");
    }
}

#[test]
fn figures_that_cannot_be_are_named() {
    let error = |list: Value| inventory(&list).and_then(|kept| assess(&kept, None)).unwrap_err();
    assert!(matches!(error(json!([{"name": "氯", "tonnes": -1}])), ImpossibleInput::Negative { field: "tonnes", .. }));
    assert!(matches!(
        error(json!([{"name": "氯", "tonnes": "5"}])),
        ImpossibleInput::Unreadable { field: "tonnes", .. }
    ));
    assert!(matches!(error(json!({"name": "氯"})), ImpossibleInput::Unreadable { field: "substances", .. }));
    assert!(matches!(error(json!(["氯"])), ImpossibleInput::Unreadable { field: "substance", .. }));
    let endless = Stored { name: Some("氯".to_owned()), tonnes: Some(f64::NAN), ..Stored::default() };
    assert!(matches!(assess(&[endless], None), Err(ImpossibleInput::Negative { .. })));
}

#[test]
fn the_method_follows_from_what_is_handled() {
    assert_eq!(chosen(json!([{"name": "TNT", "tonnes": 0.01}, {"name": "?", "tonnes": 1}])), Method::Consequence);
    assert_eq!(chosen(json!([{"name": "x", "class": "W1.3", "tonnes": 1}])), Method::Consequence);
    assert_eq!(chosen(json!([{"name": "氯", "tonnes": 5}])), Method::Qra);
    assert_eq!(chosen(json!([{"name": "氯", "tonnes": 3}, {"name": "氢", "tonnes": 2}])), Method::Qra);
    assert_eq!(chosen(json!([{"name": "氯", "tonnes": 4.9}])), Method::StandardDistance);
    assert_eq!(
        chosen(json!([{"name": "甲醇", "tonnes": 50_000}])),
        Method::StandardDistance,
        "liquids alone call for none"
    );
    assert_eq!(chosen(json!([{"name": "甲醇", "tonnes": 5000}, {"name": "氢", "tonnes": 1}])), Method::Unknown);
    assert_eq!(chosen(json!([{"name": "甲醇", "tonnes": 50}, {"name": "氢", "tonnes": 1}])), Method::StandardDistance);
    assert_eq!(chosen(json!([{"name": "?", "tonnes": 1}])), Method::Unknown);
    assert_eq!(chosen(json!([{"name": "硝铵", "tonnes": 1}])), Method::Unknown, "explosive or not, by its purity");
    assert_eq!(chosen(json!([])), Method::Unknown);
}

#[test]
fn every_named_substance_is_there_with_its_amount() {
    assert_eq!(LISTED.lines().count(), 85);
    assert_eq!(TABLES.substance.len(), 85);
    for (line, entry) in LISTED.lines().zip(&TABLES.substance) {
        let [number, cas, q_t] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        // Entry 13 has no number in the list.
        let own = if entry.number == 13 { String::new() } else { entry.cas.join(";") };
        assert_eq!((entry.number, own.as_str(), entry.q_t), (number.parse().unwrap(), cas, q_t.parse().unwrap()));
        assert!(entry.beta.is_some() || !entry.classes.is_empty(), "{line}");
        assert!(entry.classes.iter().all(|id| TABLES.class(id).is_some()), "{line}");
    }
}

#[test]
fn every_cas_number_has_its_check_digit() {
    for cas in TABLES.substance.iter().flat_map(|entry| &entry.cas) {
        let mut digits: Vec<u32> = cas.chars().filter_map(|sign| sign.to_digit(10)).collect();
        let check = digits.pop().unwrap();
        let sum: u32 = digits.iter().rev().zip(1..).map(|(digit, weight)| digit * weight).sum();
        assert_eq!(sum % 10, check, "{cas}");
    }
}

#[test]
fn fourteen_toxic_gases_have_a_factor_of_their_own_and_every_class_has_one() {
    let own: Vec<(u8, f64)> = TABLES.substance.iter().filter_map(|entry| Some((entry.number, entry.beta?))).collect();
    let expected = [1, 3, 4, 6, 7, 9, 10, 11, 12, 13, 17, 20, 25, 30]
        .into_iter()
        .zip([2.0, 10.0, 2.0, 20.0, 2.0, 20.0, 5.0, 3.0, 4.0, 2.0, 3.0, 5.0, 10.0, 20.0]);
    assert_eq!(own, expected.collect::<Vec<_>>());
    let classes: Vec<(&str, f64, f64)> =
        TABLES.class.iter().map(|class| (class.id.as_str(), class.q_t, class.beta)).collect();
    assert_eq!(classes, CLASSES);
}

/// Class, critical amount in tonnes, factor.
const CLASSES: [(&str, f64, f64); 24] = [
    ("J1", 5.0, 4.0),
    ("J2", 50.0, 1.0),
    ("J3", 50.0, 2.0),
    ("J4", 50.0, 2.0),
    ("J5", 500.0, 1.0),
    ("W1.1", 1.0, 2.0),
    ("W1.2", 10.0, 2.0),
    ("W1.3", 50.0, 2.0),
    ("W2", 10.0, 1.5),
    ("W3", 150.0, 1.0),
    ("W4", 50.0, 1.0),
    ("W5.1", 10.0, 1.5),
    ("W5.2", 50.0, 1.0),
    ("W5.3", 1000.0, 1.0),
    ("W5.4", 5000.0, 1.0),
    ("W6.1", 10.0, 1.5),
    ("W6.2", 50.0, 1.0),
    ("W7.1", 10.0, 1.5),
    ("W7.2", 50.0, 1.0),
    ("W8", 50.0, 1.0),
    ("W9.1", 50.0, 1.0),
    ("W9.2", 200.0, 1.0),
    ("W10", 200.0, 1.0),
    ("W11", 200.0, 1.0),
];

/// Number, CAS numbers, critical amount in tonnes.
const LISTED: &str = "\
1,7664-41-7,10
2,7783-41-7,1
3,10102-44-0,1
4,7446-09-5,20
5,7782-41-4,1
6,75-44-5,0.3
7,75-21-8,10
8,50-00-0,5
9,7803-51-2,1
10,7783-06-4,5
11,7647-01-0,20
12,7782-50-5,5
13,,20
14,7784-42-1,1
15,7803-52-3,1
16,7783-07-5,1
17,74-83-9,10
18,75-86-5,20
19,107-02-8,20
20,7664-39-3,1
21,106-89-8,20
22,3132-64-7,20
23,26471-62-5,100
24,10025-67-9,1
25,74-90-8,1
26,7446-11-9,75
27,107-11-9,20
28,7726-95-6,20
29,151-56-4,20
30,624-83-9,0.75
31,18810-58-7,0.5
32,13424-46-9,0.5
33,628-86-4,0.5
34,28653-16-9,5
35,118-96-7,5
36,55-63-0,1
37,9004-70-0,1
38,9004-70-0,1
39,9004-70-0,10
40,9004-70-0,50
41,9004-70-0,50
42,9004-70-0,50
43,6484-52-2,5
44,6484-52-2,50
45,,200
46,7757-79-1,1000
47,106-99-0,5
48,115-10-6,50
49,74-82-8;8006-14-2,50
50,75-01-4,50
51,1333-74-0,5
52,68476-85-7;74-98-6;106-97-8,50
53,74-89-5,5
54,74-86-2,1
55,74-85-1,50
56,7782-44-7,200
57,71-43-2,50
58,100-42-5,500
59,67-64-1,500
60,107-13-1,50
61,75-15-0,50
62,110-82-7,500
63,75-56-9,10
64,108-88-3,500
65,67-56-1,500
66,86290-81-5,200
67,64-17-5,500
68,60-29-7,10
69,141-78-6,500
70,110-54-3,500
71,79-21-0,10
72,1338-23-4,10
73,12185-10-3,50
74,,1
75,19624-22-7,1
76,17014-71-0,20
77,1313-60-6,20
78,3811-04-9,100
79,7775-09-9,100
80,52583-42-3,20
81,7697-37-2,100
82,506-93-4,50
83,75-20-7,100
84,7440-09-7,1
85,7440-23-5,10";

#[test]
fn the_strictest_is_what_can_be_placed_at_its_worst() {
    let known = found(json!([{"name": "氨", "tonnes": 20}, {"name": "氯", "tonnes": 10}]), Some(120)).strictest;
    assert_eq!(known, Strictest { s: 4.0, r: 24.0, grade: Some(3) });
    let open = found(json!([{"name": "氨", "tonnes": 20}, {"name": "某物", "tonnes": 1}]), None).strictest;
    assert_eq!(open, Strictest { s: 2.0, r: 8.0, grade: Some(4) });
    assert_eq!(found(json!([{"name": "氨", "tonnes": 9.9}]), None).strictest.grade, None);
    let several = found(json!([{"cas": "6484-52-2", "tonnes": 5}]), Some(0));
    assert_eq!((several.strictest.s, several.strictest.r), (several.s.most.unwrap(), several.r.most.unwrap()));
}
