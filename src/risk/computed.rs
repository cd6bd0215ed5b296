//! What comes of a method and its score: LEC, the matrix, the scores out of a hundred.

use serde_json::Value;

use super::grade::{Step, number};
use super::scheme::{Method, Scheme};
use crate::model::{Feature, RiskLevel};

/// The computed level of one object, or why there is none.
#[derive(Clone, Debug)]
pub(super) enum Computed<'a> {
    Nothing,
    NoMethod,
    Unknown(&'a str),
    NoScore(&'a Method),
    Outside(&'a Method, f64),
    Level(&'a Method, f64, RiskLevel),
}

impl<'a> Computed<'a> {
    pub fn of(scheme: &'a Scheme, feature: &'a Feature) -> Self {
        let score = feature.properties.number("risk_score");
        let Some(name) = filled(feature, "risk_method") else {
            return if score.is_some() { Self::NoMethod } else { Self::Nothing };
        };
        let Some(method) = scheme.method(name) else { return Self::Unknown(name) };
        match score.or_else(|| product(method, feature)) {
            None => Self::NoScore(method),
            Some(score) => match method.level(score) {
                Some(level) => Self::Level(method, score, level),
                None => Self::Outside(method, score),
            },
        }
    }

    pub fn level(&self) -> Option<RiskLevel> {
        if let Self::Level(_, _, level) = self { Some(*level) } else { None }
    }

    /// The method, where there is one that is known.
    pub fn method(&self) -> Option<&'a Method> {
        match self {
            Self::NoScore(method) | Self::Outside(method, _) | Self::Level(method, ..) => Some(method),
            _ => None,
        }
    }

    /// The fields that the method reads.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        let method = self.method();
        let factors = method.into_iter().flat_map(|method| &method.factors).map(String::as_str);
        factors.chain(method.and_then(|method| Some(method.variants.as_ref()?.field.as_str())))
    }

    pub fn phrase(&self) -> String {
        match self {
            Self::Nothing => "未评分".to_owned(),
            Self::NoMethod => "有评分而无评分方法，不计算".to_owned(),
            Self::Unknown(name) => format!("评分方法“{name}”未知，不计算"),
            Self::NoScore(method) => format!("{}：缺少评分，不计算", method.title.zh),
            Self::Outside(method, score) => {
                format!("{}：{} = {score} 超出量程，不计算", method.title.zh, method.score)
            }
            Self::Level(method, score, _) => format!("{}：{} = {score}", method.title.zh, method.score),
        }
    }

    /// Factors and score where there are any, then the level.
    pub fn steps(&self, scheme: &Scheme, feature: &Feature, steps: &mut Vec<Step>) {
        if let Self::Outside(method, score) | Self::Level(method, score, _) = self {
            steps.extend(method.factors.iter().filter_map(|factor| factor_step(method, factor, feature)));
            steps.extend(variant_step(method, feature));
            steps.push(Step::new(&method.score, *score, score_note(method, *score, feature)));
        }
        let note = match self {
            Self::Level(method, score, level) => {
                let range = method.band_of(*score).map_or_else(String::new, |band| band.signs(&method.score));
                format!("{range} 为{}；依据：{}（{}）", scheme.words(*level), method.source, method.mark)
            }
            other => other.phrase(),
        };
        steps.push(Step::new("computed", number(self.level()), note));
    }
}

fn factor_step(method: &Method, factor: &str, feature: &Feature) -> Option<Step> {
    let value = feature.properties.get(factor)?;
    let published = value.as_f64().and_then(|value| method.off_scale(factor, value));
    let note = published.map_or_else(
        || "分项取值".to_owned(),
        |published| {
            let published: Vec<String> = published.iter().map(ToString::to_string).collect();
            format!("分项取值；不在公布的取值（{}）之列，仍按填报值计算", published.join("、"))
        },
    );
    Some(Step::new(factor, value.clone(), note))
}

/// Which scale a factor was taken from, where the factor is given.
fn variant_step(method: &Method, feature: &Feature) -> Option<Step> {
    let variants = method.variants.as_ref()?;
    feature.properties.get(&variants.of)?;
    let of = &variants.of;
    let note = match feature.properties.get(&variants.field) {
        None => format!("{of} 值采用何种取值表未注明"),
        Some(value) => match value.as_str().and_then(|word| variants.meaning(word)) {
            Some(meaning) => format!("{of} 值的取值表：{meaning}"),
            None => format!("{of} 值的取值表“{}”不是已知的取值表", plain(value)),
        },
    };
    Some(Step::new(&variants.field, feature.properties.get(&variants.field).cloned().unwrap_or_default(), note))
}

/// A score that is given beside factors which say something else is told.
fn score_note(method: &Method, score: f64, feature: &Feature) -> String {
    let title = &method.title.zh;
    match product(method, feature) {
        Some(product) if (product - score).abs() > 1e-9 * product.abs().max(1.0) => {
            format!("{title}；按填报得分，与各分项之积 {product} 不符，请核对")
        }
        Some(_) => format!("{title}：{}", method.factors.join("·")),
        None => title.clone(),
    }
}

/// The product of all factors of a method, where every one is given.
fn product(method: &Method, feature: &Feature) -> Option<f64> {
    let factors = method.factors.iter().map(|name| feature.properties.number(name));
    // Ten digits are more than any scale has; 0.1 · 0.5 · 15 is then what it is on paper.
    let exactly = |product: f64| (product * 1e9).round() / 1e9;
    if method.factors.is_empty() { None } else { factors.product::<Option<f64>>().map(exactly) }
}

/// A text that says something.
pub(super) fn filled<'a>(feature: &'a Feature, field: &str) -> Option<&'a str> {
    feature.properties.text(field).map(str::trim).filter(|text| !text.is_empty())
}

/// A value as people write it.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
