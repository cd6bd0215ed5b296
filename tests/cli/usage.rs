//! Help that teaches, and errors that name the mend.

use crate::support::Desk;

#[test]
fn help_names_every_command_and_shows_examples() {
    let help = Desk::new().run(&["--help"]).ends(0).out;
    for word in [
        "demo",
        "serve",
        "import",
        "export",
        "check",
        "survey",
        "risk",
        "rules",
        "layers",
        "sample",
        "doctor",
        "Examples:",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
    for command in ["demo", "serve", "import", "export", "check", "survey", "sample"] {
        let help = Desk::new().run(&[command, "--help"]).ends(0).out;
        assert!(help.contains("Example"), "{help}");
    }
    assert!(Desk::new().run(&["--version"]).ends(0).out.starts_with("sisetu "));
}

#[test]
fn wrong_usage_ends_with_2_and_prints_no_result() {
    let wrong: [&[&str]; 7] = [
        &[],
        &["fly"],
        &["check", "--kind", "school"],
        &["check", "--kind", "school", "--site", "x.geojson", "--format", "pdf"],
        &["check", "--kind", "school", "--site", "x.geojson", "--as-of", "yesterday"],
        &["check", "--kind", "school", "--site", "x.geojson", "--crs", "4548"],
        &["import", "x.geojson", "--layer", "castles"],
    ];
    for arguments in wrong {
        let ran = Desk::new().run(arguments).ends(2);
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn commands_of_later_versions_are_absent() {
    for command in ["screen", "replay", "audit", "flips", "verify", "tiles", "store"] {
        let ran = Desk::new().run(&[command]).ends(2);
        assert!(ran.err.contains("unrecognized subcommand"), "{ran:?}");
    }
}

#[test]
fn a_store_that_is_not_there_or_not_ours_ends_with_3_and_a_wrong_name_with_2() {
    let desk = Desk::new();
    let ran = desk.run(&["risk", "areas"]).ends(3);
    assert!(ran.err.starts_with("error: there is no store at"), "{ran:?}");
    let ran = desk.run(&["risk", "areas", "--store", "store.txt"]).ends(2);
    assert!(ran.err.contains("store.txt") && ran.err.contains("hint: "), "{ran:?}");
    desk.write("store.gpkg", "this is no database");
    desk.run(&["risk", "areas"]).ends(3);
    assert_eq!(desk.store_bytes(), b"this is no database");
}

#[test]
fn a_service_that_others_can_reach_needs_keys() {
    let desk = Desk::new();
    let ran = desk.run(&["serve", "--listen", "0.0.0.0:0"]).ends(2);
    assert!(ran.err.contains("--keys"), "{ran:?}");
    assert!(desk.files().is_empty());
}
