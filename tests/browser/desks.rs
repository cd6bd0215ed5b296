//! The rule book, remedies, where a kind may not go, and existing conflicts, with real clicks.

use serde_json::{Value, json};

use super::{BY_THE_RIVER, Viewer, keep};

/// A house beside the motorway: a strip of it stands too near, and what is left without it is two pieces.
const BESIDE_THE_MOTORWAY: [f64; 2] = [115.8547, 29.4931];

impl Viewer {
    /// Waits until a text stands somewhere in an element.
    #[track_caller]
    pub(super) fn wait_for_text(&mut self, selector: &str, text: &str) {
        self.page.wait_for(&format!("document.querySelector({selector:?})?.innerText.includes({text:?})"));
    }

    pub(super) fn count(&mut self, selector: &str) -> u64 {
        self.page.eval(&format!("document.querySelectorAll({selector:?}).length")).as_u64().unwrap()
    }

    fn verdict(&mut self) -> Value {
        self.page.eval("document.querySelector('[data-testid=verdict]')?.dataset.verdict ?? null")
    }

    /// How many pieces of some layers are on the map now.
    fn drawn(layers: &str) -> String {
        format!("sisetu.map.queryRenderedFeatures({{ layers: {layers} }}).length")
    }

    /// Nothing of the open panel reaches beyond the page.
    pub(super) fn assert_nothing_sticks_out(&mut self, whence: &str) {
        let beyond = self.page.eval(
            "[...document.querySelectorAll('.panel.right *')].filter(each => !each.closest('.limits, .hidden'))
                .filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.className)",
        );
        assert_eq!(beyond, json!([]), "{whence}");
    }
}

#[test]
fn the_rule_book_is_searched_and_a_finding_leads_to_its_rule_and_back() {
    let test = "the_rule_book_is_searched_and_a_finding_leads_to_its_rule_and_back";
    let Some(mut viewer) = Viewer::open(test) else { return };
    let book = viewer.service.get("/api/rules").json();
    let rules = book["rules"].as_array().unwrap();
    viewer.show("");
    viewer.page.click("[data-testid=open-rules]");
    viewer.page.wait_for("document.querySelector('[data-testid=rule-row]')");
    assert_eq!(viewer.count("[data-testid=rule-row]"), rules.len() as u64, "every rule has its row");
    keep("rules", &viewer.page.screenshot());

    viewer.page.click("[data-testid=rule-search]");
    viewer.page.type_text("长江 尾矿");
    viewer.page.wait_for("document.querySelectorAll('[data-testid=rule-row]').length === 3");
    viewer.page.click("[data-testid=rule-row][data-rule='YRP-26-3a']");
    viewer.wait_for_text("[data-testid=rule]", "3000 m");
    let rule = viewer.page.text("[data-testid=rule]");
    for word in
        ["长江保护法", "第二十六条第三款", "2021-03-01", "尾矿库边界至岸线", "一票否决", "长江干流", "以提升安全"]
    {
        assert!(rule.contains(word), "{word} in {rule}");
    }
    assert!(viewer.page.eval("location.hash").as_str().unwrap().starts_with("#rules/YRP-26-3a&"));

    viewer.check("chem_project", BY_THE_RIVER);
    viewer.page.click("[data-testid=finding][data-rule='YRP-26-2'] [data-testid=rule-link]");
    viewer.wait_for_text("[data-testid=rule]", "YRP-26-2");
    viewer.wait_for_text("[data-testid=rule-finding]", "违反");
    viewer.page.click("[data-testid=back]");
    viewer.page.wait_for("document.querySelector('[data-testid=verdict]')");
    viewer.page.wait_for("document.activeElement?.closest('[data-testid=finding]')?.dataset.rule === 'YRP-26-2'");
    assert!(viewer.count("[data-testid=procedure]") > 1, "procedures are a list of their own");
    let notes = viewer.page.text(".group.notes");
    assert!(!notes.contains("选址之外另须办理"), "{notes}");
    viewer.close(test);
}

#[test]
fn a_failing_site_is_moved_or_cut_with_one_click_and_then_passes() {
    let test = "a_failing_site_is_moved_or_cut_with_one_click_and_then_passes";
    let Some(mut viewer) = Viewer::open(test) else { return };
    let [lon, lat] = BESIDE_THE_MOTORWAY;
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let site = corners.map(|[east, north]| format!("{:.7},{:.7}", lon + 0.002 * east, lat + 0.0018 * north)).join(";");
    for sort in ["shift", "cut"] {
        viewer.show(&format!("#map=15/{lat}/{lon}&kind=building_any&action=new&site={site}"));
        viewer.page.wait_for("document.querySelector('[data-testid=verdict]')");
        assert_eq!(viewer.verdict(), "veto");
        viewer.page.click("[data-testid=remedies-ask]");
        viewer.page.wait_for("document.querySelector('[data-testid=remedies]')");
        viewer.page.click(&format!("[data-testid=preview-{sort}]"));
        let part = if sort == "shift" { "['remedy-arrow']" } else { "['remedy-removed']" };
        viewer.page.wait_for(&Viewer::drawn("['remedy-ghost-edge']"));
        viewer.page.wait_for(&Viewer::drawn(part));
        keep(&format!("remedy_{sort}"), &viewer.page.screenshot());
        viewer.page.click(&format!("[data-testid=apply-{sort}]"));
        viewer.page.wait_for("document.querySelector('[data-testid=verdict]')?.dataset.verdict === 'pass'");
        assert_eq!(viewer.count("[data-testid=remedies-ask]"), 0, "a pass needs no remedy");
        viewer.page.wait_for(&format!("!{}", Viewer::drawn("['remedy-ghost-edge']")));
        // The two pieces that a cut leaves are in the address as well.
        let link = viewer.page.eval("location.hash").as_str().unwrap().to_owned();
        viewer.show(&link);
        viewer.page.wait_for("document.querySelector('[data-testid=verdict]')");
        assert_eq!(viewer.verdict(), "pass", "{link}");
        viewer.page.wait_for(&Viewer::drawn("['site-area']"));
        keep(&format!("applied_{sort}"), &viewer.page.screenshot());
    }
    viewer.close(test);
}

#[test]
fn where_a_kind_may_not_go_is_laid_over_the_map_and_says_why() {
    let test = "where_a_kind_may_not_go_is_laid_over_the_map_and_says_why";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.check("chem_project", BY_THE_RIVER);
    viewer.page.click("[data-testid=exclusion]");
    viewer.page.wait_for(&Viewer::drawn("['exclusion-veto']"));
    viewer.page.wait_for("window.sisetu.map.areTilesLoaded()");
    let legend = viewer.page.text("[data-testid=exclusion-legend]");
    assert!(["一票否决", "不符合", "无法判定"].iter().all(|word| legend.contains(word)), "{legend}");
    // Beside the site, so that neither its edge nor a corner is meant.
    let [lon, lat] = BY_THE_RIVER;
    viewer.click_map([lon - 0.002, lat]);
    viewer.page.wait_for("document.querySelector('[data-testid=excluded]')");
    let why = viewer.page.text("[data-testid=excluded]");
    assert!(why.contains("一票否决") && why.contains("YRP-26-2") && why.contains("长江"), "{why}");
    let tip = viewer.page.text(".tip");
    assert!(tip.contains("一票否决"), "{tip}");
    keep("exclusion", &viewer.page.screenshot());

    viewer.page.eval(
        "(() => { const select = document.querySelector('[data-testid=kind]');
            select.value = 'school'; select.dispatchEvent(new Event('change', { bubbles: true })); })()",
    );
    viewer.page.wait_for("sisetu.map.getSource('exclusion')?.url?.endsWith('/exclusion-school')");
    viewer.page.wait_for("document.querySelector('[data-testid=exclusion-state]').dataset.state === 'ready'");
    assert!(viewer.page.requests.iter().any(|request| request.contains("/tiles/exclusion-school/")));
    viewer.page.click("[data-testid=exclusion]");
    assert_eq!(viewer.page.eval("Boolean(sisetu.map.getLayer('exclusion-veto'))"), false);
    viewer.close(test);
}

#[test]
fn existing_conflicts_are_counted_filtered_paged_and_shown_with_their_line() {
    let test = "existing_conflicts_are_counted_filtered_paged_and_shown_with_their_line";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.show("#survey");
    viewer.page.wait_for("document.querySelector('[data-testid=conflict]')");
    viewer.page.wait_for("!document.querySelector('[data-testid=survey-progress]')");
    let totals = viewer.service.get("/api/survey?limit=1").json()["totals"].clone();
    viewer.wait_for_text("[data-testid=survey-count]", &format!("共 {} 处", totals["total"]));
    viewer.wait_for_text("[data-testid=sum-veto]", &totals["by_verdict"]["veto"].to_string());

    viewer.page.click("[data-testid=conflict] .conflict-main");
    viewer.page.wait_for(&Viewer::drawn("['dimension-lines']"));
    viewer.page.wait_for(&Viewer::drawn("['highlight-line']"));
    assert!(viewer.page.eval("sisetu.map.getZoom()").as_f64().unwrap() > 13.0, "it zooms to the pair");
    keep("survey", &viewer.page.screenshot());

    let first = viewer.page.eval("document.querySelector('[data-testid=conflict]').dataset.id");
    viewer.page.click("[data-testid=page-next]");
    viewer.wait_for_text("[data-testid=page-number]", "第 2 页");
    let second = viewer.page.eval("document.querySelector('[data-testid=conflict]').dataset.id");
    assert_ne!(first, second);
    viewer.page.click("[data-testid=page-back]");
    viewer.wait_for_text("[data-testid=page-number]", "第 1 页");

    viewer.page.click("[data-testid=sum-fail]");
    let fails = totals["by_verdict"]["fail"].as_u64().unwrap();
    viewer.wait_for_text("[data-testid=survey-count]", &format!("共 {fails} 处"));
    assert_eq!(viewer.count("[data-testid=conflict].fail"), fails);
    viewer.page.click("[data-testid=conflict] [data-testid=rule-link]");
    viewer.page.wait_for("document.querySelector('[data-testid=rule]')");
    viewer.page.click("[data-testid=back]");
    viewer.wait_for_text("[data-testid=survey-count]", &format!("共 {fails} 处"));
    viewer.close(test);
}

#[test]
fn every_desk_fits_a_phone() {
    let test = "every_desk_fits_a_phone";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.page.resize(360, 740);
    viewer.show("");
    viewer.page.click("[data-sheet=rules]");
    viewer.page.wait_for("document.querySelector('[data-testid=rule-row]')");
    viewer.assert_nothing_sticks_out("the list of rules");
    keep("phone_rules", &viewer.page.screenshot());
    viewer.page.click("[data-testid=rule-row][data-rule='OIL-8.1']");
    viewer.page.wait_for("document.querySelector('[data-testid=rule] .limits')");
    viewer.assert_nothing_sticks_out("a rule with tables");
    viewer.page.click("[data-sheet=survey]");
    viewer.page.wait_for("document.querySelector('[data-testid=conflict]')");
    viewer.assert_nothing_sticks_out("conflicts");
    keep("phone_survey", &viewer.page.screenshot());
    viewer.page.click("[data-sheet=siting]");
    viewer.page.wait_for("document.querySelector('[data-testid=kind]')");
    viewer.assert_nothing_sticks_out("the siting desk");
    viewer.close(test);
}
