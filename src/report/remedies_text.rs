//! Remedies as plain text, to follow a siting report.

use std::fmt::Write;

use crate::siting::Remedies;
use crate::siting::remedy::{Open, Remedy};

/// One line for each remedy with what stays open after it, and one for each that there is not.
pub fn remedies_text(remedies: &Remedies) -> String {
    let mut text = "\n最小改动\n".to_owned();
    let shift = remedies.shift.iter().map(|shift| (&shift.says, &shift.open));
    let cut = remedies.cut.iter().map(|cut| (&cut.says, &cut.open));
    let reduce = remedies.reduce.iter().map(|less| (&less.says, &less.open));
    for (says, open) in shift.chain(cut).chain(reduce) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}", says.zh);
        still_open(&mut text, open);
    }
    for none in &remedies.none {
        let _ = writeln!(text, "  {}：无。{}", word(none.remedy), none.why.zh);
    }
    text
}

fn still_open(text: &mut String, open: &[Open]) {
    for one in open {
        let _ = writeln!(text, "    未决 {}：{}", one.rule, one.explanation.zh);
    }
}

fn word(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Shift => "平移",
        Remedy::Cut => "让出部分用地",
        Remedy::Reduce => "减少数量",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Revision, Text, Verdict};
    use crate::siting::remedy::{NoRemedy, Reduction};

    #[test]
    fn what_stays_open_and_what_there_is_not_is_told() {
        let less = Reduction {
            fact: "volume_m3".into(),
            label: Text::new("总容积", "total volume"),
            from: 300.0,
            to: 200.0,
            unit: Some("m³".into()),
            verdict: Verdict::Review,
            open: vec![Open {
                rule: "A-1".into(),
                outcome: crate::model::Outcome::NeedsApproval,
                target: None,
                explanation: Text::new("须经同意。", "Consent is needed."),
            }],
            says: Text::new("总容积减至 200 m³后不再违反。", ""),
        };
        let none = NoRemedy { remedy: Remedy::Cut, why: Text::new("选址不是面。", "") };
        let remedies = Remedies {
            verdict: Verdict::Fail,
            kind: "lpg_station".into(),
            revision: Revision(1),
            rule_book: "2026.11".into(),
            as_of: "2026-11-24".into(),
            shift: None,
            cut: None,
            reduce: vec![less],
            none: vec![none],
            checks: 9,
        };
        let text = remedies_text(&remedies);
        assert_eq!(
            text,
            "\n最小改动\n  总容积减至 200 m³后不再违反。\n    未决 A-1：须经同意。\n  让出部分用地：无。选址不是面。\n"
        );
    }
}
