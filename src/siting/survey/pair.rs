//! One pair that does not hold, kept small: a province has millions. What a reader is told of it is found again from the
//! same edition when it is asked for.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::{Feature, Layer, Outcome, Standing, Verdict};
use crate::rules::RuleBook;
use crate::rules::applicability::Side;

/// A rule and two things that stand.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// What the rule restrains.
    pub subject: Arc<Feature>,
    /// What it is kept away from.
    pub object: Option<Arc<Feature>>,
    pub township: Option<Arc<Feature>>,
    /// Measured over required: 0 where both touch, 1 at the limit.
    pub ratio: f64,
    /// The place of the rule in the book.
    pub rule: u16,
    pub subject_layer: Layer,
    pub object_layer: Layer,
    pub outcome: Outcome,
    pub verdict: Verdict,
    pub standing: Standing,
    /// From which side it was found.
    pub side: Side,
}

/// Where a pair stands in the order of a survey.
pub(super) type Rank<'a> = (Verdict, f64, &'a str, Ends<'a>);
/// Layer and id of both ends; the second is empty where there is none.
pub(super) type Ends<'a> = [(Layer, &'a str); 2];

impl Pair {
    /// Both ends, subject first.
    pub fn ends(&self) -> Ends<'_> {
        let object = self.object.as_ref().map_or("", |object| &object.id);
        [(self.subject_layer, &self.subject.id), (self.object_layer, object)]
    }

    /// The end whose surroundings it was found in.
    pub fn asker(&self) -> Option<(Layer, &Arc<Feature>)> {
        match self.side {
            Side::Forward => Some((self.subject_layer, &self.subject)),
            Side::Reverse => Some((self.object_layer, self.object.as_ref()?)),
        }
    }

    /// Worst verdict first, then smallest margin, then rule and ends.
    pub fn rank<'a>(&'a self, book: &'a RuleBook) -> Rank<'a> {
        (self.verdict, self.ratio, self.rule_id(book), self.ends())
    }

    /// The id of its rule.
    pub fn rule_id<'a>(&self, book: &'a RuleBook) -> &'a str {
        book.rules().get(usize::from(self.rule)).map_or("", |rule| &rule.id)
    }

    /// Its name for life: the rule and both ends.
    pub fn id(&self, book: &RuleBook) -> String {
        let [(subject_layer, subject), (object_layer, object)] = self.ends();
        match object {
            "" => format!("{}:{subject_layer}/{subject}", self.rule_id(book)),
            object => format!("{}:{subject_layer}/{subject}:{object_layer}/{object}", self.rule_id(book)),
        }
    }
}

/// The order of a survey.
pub(super) fn order(one: &Rank<'_>, other: &Rank<'_>) -> Ordering {
    one.0
        .cmp(&other.0)
        .then_with(|| one.1.total_cmp(&other.1))
        .then_with(|| one.2.cmp(other.2))
        .then_with(|| one.3.cmp(&other.3))
}
