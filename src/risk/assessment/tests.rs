use super::*;
use crate::geom::Point;
use crate::model::Properties;
use serde_json::json;

fn thing(properties: Value) -> Feature {
    let properties: Properties = serde_json::from_value(properties).unwrap();
    Feature::new("x", Point::new(115.8, 29.6).into(), properties).unwrap()
}

fn grade(layer: Layer, properties: Value) -> Grade {
    let thing = thing(properties);
    Assessment::of(Scheme::shipped(), layer, &thing, Circumstances::default()).explained()
}

fn level(layer: Layer, properties: Value) -> Option<u8> {
    grade(layer, properties).level.map(RiskLevel::number)
}

#[test]
fn the_worst_of_given_and_computed_counts() {
    let enterprise = |properties| level(Layer::Enterprises, properties);
    assert_eq!(enterprise(json!({"risk_level": 3})), Some(3));
    assert_eq!(enterprise(json!({"risk_method": "LEC", "risk_score": 200})), Some(2));
    assert_eq!(enterprise(json!({"risk_level": 3, "risk_method": "LEC", "risk_score": 200})), Some(2));
    assert_eq!(enterprise(json!({"risk_level": 1, "risk_method": "LEC", "risk_score": 200})), Some(1));
    assert_eq!(enterprise(json!({"risk_method": "hazchem_score", "risk_score": 59.9})), Some(1));
}

#[test]
fn what_nobody_knows_is_not_blue() {
    for properties in [
        json!({}),
        json!({"risk_score": 95}),
        json!({"risk_method": "LEC"}),
        json!({"risk_method": "占卜", "risk_score": 1}),
        json!({"risk_method": "LEC", "risk_score": 0}),
        json!({"risk_method": "hazchem_score", "risk_score": 101}),
        json!({"override_by": "张三", "override_reason": "无"}),
    ] {
        let grade = grade(Layer::Enterprises, properties);
        assert_eq!((grade.level, grade.method.as_str(), &grade.override_), (None, "none", &None));
        assert_eq!(grade.steps.last().unwrap().value, Value::Null);
    }
}

#[test]
fn an_unknown_method_is_told_and_leaves_the_rest() {
    let grade = grade(Layer::Enterprises, json!({"risk_level": 3, "risk_method": "占卜", "risk_score": 1}));
    let computed = grade.steps.iter().find(|step| step.what == "computed").unwrap();
    assert!(computed.value.is_null() && computed.note.contains("占卜"), "{}", computed.note);
    assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::Moderate), "given"));
}

#[test]
fn registered_grades_have_default_colours() {
    for (grade, expected) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        assert_eq!(level(Layer::Installations, json!({"hazard_grade": grade})), Some(expected));
    }
    for (grade, expected) in [(3, 2), (2, 3), (1, 4)] {
        assert_eq!(level(Layer::Pipelines, json!({"hca_grade": grade})), Some(expected));
    }
    for (grade, expected) in [("A", 1), ("B", 2), ("C", 3), ("D", 4)] {
        assert_eq!(level(Layer::ChemicalParks, json!({"grade": grade})), Some(expected));
    }
    assert_eq!(level(Layer::Enterprises, json!({"hazard_grade": 1})), None);
}

#[test]
fn an_enterprise_is_as_bad_as_its_worst_installation() {
    let enterprise = thing(json!({"risk_level": 4}));
    let tanks = [thing(json!({"hazard_grade": 3})), thing(json!({"hazard_grade": 2})), thing(json!({}))];
    let tank = |one| Assessment::of(Scheme::shipped(), Layer::Installations, one, Circumstances::default());
    let circumstances = Circumstances { installations: tanks.iter().map(tank).collect(), ..Circumstances::default() };
    let assessment = Assessment::of(Scheme::shipped(), Layer::Enterprises, &enterprise, circumstances);
    let grade = assessment.explained();
    assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::High), "default"));
    assert_eq!(grade.inputs["installations"].as_array().map(Vec::len), Some(3));
    assert!(assessment.why().contains("重大危险源等级 2"), "{}", assessment.why());
}

#[test]
fn a_milder_level_needs_a_name_and_a_reason_and_stays_marked() {
    let red = json!({"risk_level": 3, "risk_method": "hazchem_score", "risk_score": 40});
    let with = |fields: &[(&str, &str)]| {
        let mut properties = red.clone();
        for (field, text) in fields {
            properties[*field] = json!(text);
        }
        grade(Layer::Enterprises, properties)
    };
    for halfway in [&[][..], &[("override_by", "张三")], &[("override_reason", "已停产")]] {
        assert_eq!(with(halfway).level, Some(RiskLevel::Major));
    }
    let blank = with(&[("override_by", "  "), ("override_reason", "已停产")]);
    assert_eq!((blank.level, blank.override_), (Some(RiskLevel::Major), None));
    let whole = with(&[("override_by", "张三"), ("override_reason", "已停产")]);
    assert_eq!((whole.level, whole.method.as_str()), (Some(RiskLevel::Moderate), "override"));
    assert_eq!(whole.override_.unwrap().by, "张三");
    let step = whole.steps.iter().find(|step| step.what == "override").unwrap();
    assert!(step.note.contains("重大风险"), "what it would be otherwise is told: {}", step.note);
}

#[test]
fn factors_give_the_score_where_it_is_missing() {
    let grade = grade(Layer::Enterprises, json!({"risk_method": "LEC", "L": 6, "E": 3, "C": 15}));
    let value = |what: &str| grade.steps.iter().find(|step| step.what == what).unwrap().value.as_f64();
    assert_eq!([value("L"), value("E"), value("C"), value("D")], [Some(6.0), Some(3.0), Some(15.0), Some(270.0)]);
    assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::High), "LEC"));
    assert_eq!(level(Layer::Enterprises, json!({"risk_method": "LEC", "L": 6, "E": 3})), None);
}

#[test]
fn it_explains_itself_in_the_agreed_words() {
    let grade = grade(Layer::Enterprises, json!({"risk_level": 2, "risk_method": "LEC", "risk_score": 160}));
    let json = serde_json::to_value(&grade).unwrap();
    assert_eq!(json["risk_level"], 2);
    assert_eq!(json["override"], Value::Null);
    assert_eq!(json["inputs"], json!({"risk_level": 2, "risk_method": "LEC", "risk_score": 160}));
    let whats: Vec<&str> = grade.steps.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(whats, ["given", "D", "computed", "default", "risk_level"]);
    assert!(grade.steps[2].note.contains("160 ≤ D < 320"), "{}", grade.steps[2].note);
}

fn value(grade: &Grade, what: &str) -> Value {
    grade
        .steps
        .iter()
        .find(|step| step.what == what)
        .unwrap_or_else(|| panic!("{what}: {:?}", grade.steps))
        .value
        .clone()
}

fn note<'g>(grade: &'g Grade, what: &str) -> &'g str {
    &grade.steps.iter().find(|step| step.what == what).unwrap_or_else(|| panic!("{what}: {:?}", grade.steps)).note
}

#[test]
fn a_factor_off_its_scale_is_told_and_counted() {
    let lec = |l: f64| grade(Layer::Enterprises, json!({"risk_method": "LEC", "L": l, "E": 6, "C": 15}));
    assert!(!note(&lec(6.0), "L").contains("公布的取值"));
    let off = lec(5.0);
    assert!(note(&off, "L").contains("10、6、3、1、0.5、0.2、0.1"), "{}", note(&off, "L"));
    assert_eq!((value(&off, "D"), off.level), (json!(450.0), Some(RiskLevel::Major)));
    let matrix = grade(Layer::Enterprises, json!({"risk_method": "LS", "L": 2.5, "S": 4}));
    assert!(note(&matrix, "L").contains("公布的取值") && !note(&matrix, "S").contains("公布的取值"));
    assert_eq!((value(&matrix, "R"), matrix.level), (json!(10.0), Some(RiskLevel::Moderate)));
}

#[test]
fn the_scale_of_c_is_on_record_or_said_to_be_missing() {
    let lec = |scale: Value| {
        grade(Layer::Enterprises, json!({"risk_method": "LEC", "L": 3, "E": 6, "C": 15, "lec_scale": scale}))
    };
    let classical = lec(json!("classical"));
    assert!(note(&classical, "lec_scale").contains("15 一人死亡"));
    assert_eq!(
        (value(&classical, "lec_scale"), &classical.inputs["lec_scale"]),
        (json!("classical"), &json!("classical"))
    );
    assert!(note(&lec(json!("accident_grade")), "lec_scale").contains("死亡 30 人"));
    assert!(note(&lec(Value::Null), "lec_scale").contains("未注明") && value(&lec(Value::Null), "lec_scale").is_null());
    assert!(note(&lec(json!("own")), "lec_scale").contains("own"));
    let scored = grade(Layer::Enterprises, json!({"risk_method": "LEC", "risk_score": 270}));
    assert!(scored.steps.iter().all(|step| step.what != "lec_scale"), "no C, no scale");
}

#[test]
fn a_score_that_is_not_the_product_of_its_factors_is_told() {
    let grade = grade(Layer::Enterprises, json!({"risk_method": "LEC", "risk_score": 60, "L": 6, "E": 3, "C": 15}));
    assert!(note(&grade, "D").contains("270"), "{}", note(&grade, "D"));
    assert_eq!(grade.level, Some(RiskLevel::Low));
}

#[test]
fn a_direct_case_is_red_whatever_the_score_and_names_its_mark() {
    let flags = ["untested_process", "no_formal_design", "unqualified_operators", "accident_record"];
    for (flag, mark) in flags.into_iter().zip(["K-H", "V2", "K-H", "K-H"]) {
        let flagged = json!({"risk_method": "hazchem_score", "risk_score": 98, "risk_level": 4, flag: true});
        let red = grade(Layer::Enterprises, flagged);
        assert_eq!((red.level, red.method.as_str()), (Some(RiskLevel::Major), "direct"), "{flag}");
        let told = note(&red, "ground");
        assert!(told.contains(mark) && told.contains("应急〔2018〕19号") && red.inputs[flag] == true, "{told}");
        let unset = json!({"risk_method": "hazchem_score", "risk_score": 98, flag: false});
        assert_eq!(level(Layer::Enterprises, unset), Some(4), "{flag}");
    }
}

#[test]
fn a_major_accident_hazard_is_no_milder_than_orange() {
    let flags = ["external_distance_short", "toxic_pipe_outside", "power_line_crosses", "eliminated_process"];
    for flag in flags {
        for layer in [Layer::Enterprises, Layer::Installations] {
            assert_eq!(level(layer, json!({"risk_level": 4, flag: true})), Some(2), "{layer} {flag}");
            assert_eq!(level(layer, json!({"risk_level": 1, flag: true})), Some(1), "{layer} {flag}");
        }
        assert_eq!(level(Layer::Pipelines, json!({"risk_level": 4, flag: true})), Some(4));
    }
    let unit = thing(json!({"no_formal_design": true}));
    let of = |layer, one, circumstances| Assessment::of(Scheme::shipped(), layer, one, circumstances);
    let assessed = of(Layer::Installations, &unit, Circumstances::default());
    assert_eq!(assessed.level(), Some(RiskLevel::High));
    let enterprise = thing(json!({}));
    let circumstances = Circumstances { installations: vec![assessed], ..Circumstances::default() };
    let whole = of(Layer::Enterprises, &enterprise, circumstances);
    assert_eq!(whole.level(), Some(RiskLevel::Major), "its enterprise has a unit in service without design");
    assert!(whole.why().contains("所属设施"), "{}", whole.why());
}

#[test]
fn a_hidden_danger_is_red_until_its_closure_is_documented() {
    let closed = json!({"closed_on": "2026-10-01", "closed_by": "李四", "closure_document": "销〔2026〕1号"});
    let danger = |grade: &str, without: &str| {
        let mut properties = closed.clone();
        properties["grade"] = json!(grade);
        properties[without] = Value::Null;
        properties
    };
    for field in ["closed_on", "closed_by", "closure_document"] {
        let open = grade(Layer::HiddenDangers, danger("major", field));
        assert_eq!((open.level, open.method.as_str()), (Some(RiskLevel::Major), "hidden_danger"), "{field}");
        assert!(note(&open, "closed").contains(field) && value(&open, "closed") == false);
        assert_eq!(level(Layer::HiddenDangers, danger("general", field)), None);
    }
    assert_eq!(level(Layer::HiddenDangers, danger("major", "-")), None);
    assert_eq!(level(Layer::HiddenDangers, json!({"grade": "major"})), Some(1));
    let by_hand = json!({"grade": "major", "risk_level": 3, "override_by": "王五", "override_reason": "已停用"});
    assert_eq!(level(Layer::HiddenDangers, by_hand), Some(3));
}
