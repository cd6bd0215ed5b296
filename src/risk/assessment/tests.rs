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
