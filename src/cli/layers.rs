//! `sisetu layers`: what each layer may hold.

use std::fmt::Write;

use clap::Args;
use serde::Serialize;
use sisetu::model::schema::{Field, FieldType, LayerSchema, Shape};
use sisetu::model::{Layer, Schema};

use super::output::{FormatOption, columns};
use super::{Ended, exit};

/// Lists the layers, their fields, types and units, and which are required
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sisetu layers enterprises\n  sisetu layers --format json")]
pub struct Layers {
    /// One layer only
    layer: Option<Layer>,
    #[command(flatten)]
    format: FormatOption,
}

#[derive(Serialize)]
struct Listing {
    layers: Vec<&'static LayerSchema>,
}

impl Layers {
    /// Prints the tables.
    pub fn run(self) -> Ended {
        let asked = |schema: &&LayerSchema| self.layer.is_none_or(|layer| layer == schema.name);
        let listing = Listing { layers: Schema::shipped().layers().filter(asked).collect() };
        self.format.print(&listing, |listing| listing.layers.iter().map(|schema| page(schema)).collect())?;
        Ok(exit::DONE)
    }
}

fn page(schema: &LayerSchema) -> String {
    let shapes = schema.geometry.iter().map(|shape| match shape {
        Shape::Point => "points",
        Shape::Line => "lines",
        Shape::Area => "polygons",
    });
    let mut page = String::new();
    let shapes = shapes.collect::<Vec<_>>().join(", ");
    // Writing to a String does not fail.
    let _ = writeln!(page, "{} · {} ({shapes})", schema.name, schema.title.zh);
    let rows: Vec<Vec<String>> = schema.fields.iter().map(row).collect();
    for line in columns(&rows).lines() {
        let _ = writeln!(page, "  {line}");
    }
    page + "\n"
}

fn row(field: &Field) -> Vec<String> {
    let field_type = match field.field_type {
        FieldType::Text => "text",
        FieldType::Number => "number",
        FieldType::Integer => "whole number",
        FieldType::Flag => "yes or no",
        FieldType::Date => "date",
        FieldType::List => "list",
    };
    let unit = field.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    let values: Vec<String> =
        field.values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
    let more = if field.open && !values.is_empty() { ", …" } else { "" };
    vec![
        field.name.clone(),
        if field.required { "required".to_owned() } else { String::new() },
        format!("{field_type}{unit}"),
        field.title.zh.clone(),
        values.join(", ") + more,
    ]
}
