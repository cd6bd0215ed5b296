//! Who lives within 500 m outward of a plant's boundary, and whether that is known.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::grade::Step;
use crate::geom::{Metres, Region, Site, holds_plainly};
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer};
use crate::rules::Defaults;
use crate::rules::formula::hazard_source::{Home, RESIDENTS_WITHIN_M, Residents};

/// A plant's ring and the people in it.
#[derive(Clone, Debug)]
pub(super) struct Around<'a> {
    layer: Layer,
    boundary: &'a Feature,
    /// How far the place may reach beyond the point it is drawn as.
    extent: Metres,
    /// Everybody within reach, however far the place reaches.
    pub residents: Residents,
    zones: usize,
    /// Why the registers do not hold the whole ring.
    gap: Option<String>,
}

impl<'a> Around<'a> {
    /// Counts around a boundary: a feature of `enterprises`, or an installation without a known enterprise.
    pub fn of(snapshot: &Snapshot, day: Date, layer: Layer, boundary: &'a Feature) -> Self {
        let extent = Defaults::shipped().allowance(layer, boundary).tried_m();
        let reach = Metres(RESIDENTS_WITHIN_M) + extent;
        let (zones, gap) = match Site::new(boundary.geometry.clone()) {
            Some(site) => (zones_within(snapshot, &site, reach), gap(snapshot, day, &site, reach)),
            None => (vec![], Some("边界没有坐标".to_owned())),
        };
        let residents = Residents::counted(zones.iter().map(|zone| home(zone)), [], gap.is_none());
        Self { layer, boundary, extent, residents, zones: zones.len(), gap }
    }

    pub fn inputs(&self, inputs: &mut Map<String, Value>) {
        let boundary = json!({"layer": self.layer, "id": self.boundary.id, "name": self.boundary.name()});
        inputs.insert("plant_boundary".to_owned(), boundary);
    }

    /// The boundary, the people and α.
    pub fn steps(&self, alpha: f64, steps: &mut Vec<Step>) {
        steps.push(Step::new("plant_boundary", format!("{}/{}", self.layer, self.boundary.id), self.boundary_note()));
        let known = self.residents.least;
        steps.push(Step::new("residents", known, self.residents_note()));
        let note = match self.residents.most {
            Some(count) => format!("厂界外 500 m 内常住 {count} 人"),
            None => format!("常住人数不能确定（已知 {known} 人），取最严值"),
        };
        steps.push(Step::new("alpha", alpha, note));
    }

    fn boundary_note(&self) -> String {
        let whose = if self.layer == Layer::Enterprises {
            "以所属企业厂界为准".to_owned()
        } else {
            "未找到所属企业，以设施自身图形代替厂界".to_owned()
        };
        let drawn = match (self.boundary.properties.number("extent_m"), self.extent) {
            (_, Metres::ZERO) => String::new(),
            (Some(given), _) => format!("；图形为点，按 extent_m 外扩 {given} m"),
            (None, Metres(default)) => format!("；图形为点且无 extent_m，按类别上限外扩 {default} m"),
        };
        whose + &drawn
    }

    fn residents_note(&self) -> String {
        let counted = format!("{}；触及居民区 {} 个，凡触及者全部计入", self.residents.told().zh, self.zones);
        let by_households = self.residents.by_households > 0;
        let rate = by_households.then(|| "GB 36894 将 30 户与 100 人并列，故每户按 10/3 人".to_owned());
        [Some(counted), rate, self.gap.clone()].into_iter().flatten().collect::<Vec<_>>().join("；")
    }
}

/// Whether a boundary is so near a box that what lies there may count.
pub(super) fn may_reach(layer: Layer, boundary: &Feature, away: Metres) -> bool {
    let extent = Defaults::shipped().allowance(layer, boundary).tried_m();
    away <= Metres(RESIDENTS_WITHIN_M + 1.0) + extent
}

/// The farthest that anything of a layer may count people.
pub(super) fn farthest(snapshot: &Snapshot, layer: Layer) -> Metres {
    let widest = snapshot.layer(layer).map_or(Metres::ZERO, |index| index.widest());
    Metres(RESIDENTS_WITHIN_M + 1.0) + widest.max(Defaults::shipped().most(layer))
}

/// What a zone says of who lives there.
pub(super) fn home(zone: &Feature) -> Home {
    Home { persons: zone.properties.number("persons"), households: zone.properties.number("households") }
}

fn zones_within<'a>(snapshot: &'a Snapshot, site: &Site, reach: Metres) -> Vec<&'a Feature> {
    let Ok(index) = snapshot.layer(Layer::ResidentialZones) else { return vec![] };
    // A little more, so that what touches is found whatever the last digit of a coordinate.
    let looked = reach + Metres(1.0);
    let near = index.near(site.envelope(), looked, |_| true).into_iter().map(|(_, zone)| &**zone);
    let touched =
        |zone: &&Feature| site.nearest_within(zone.shape(), looked).is_some_and(|way| way.distance.rounded() <= reach);
    let mut zones: Vec<&Feature> = near.filter(touched).collect();
    zones.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    zones
}

/// Why the registers do not hold everyone within a reach of a site; `None` where they do.
pub(super) fn gap(snapshot: &Snapshot, day: Date, site: &Site, reach: Metres) -> Option<String> {
    let lost = [Layer::ResidentialZones, Layer::Coverage].into_iter().find(|layer| snapshot.layer(*layer).is_err());
    if let Some(lost) = lost {
        return Some(format!("图层 {lost} 不可用"));
    }
    let index = snapshot.layer(Layer::Coverage).ok()?;
    let near = index.touching(&site.envelope().expanded(reach)).into_iter().map(|statement| &**statement);
    let statements: Vec<&Feature> = near.filter(|statement| speaks(statement) && is_valid(statement, day)).collect();
    let plainly = |statement: &&Feature| holds_plainly(statement.shape(), site, reach) == Some(true);
    let held = statements.iter().any(plainly)
        || Region::union_of(statements.iter().map(|statement| &statement.geometry)).holds(site, reach);
    (!held).then(|| "居民区数据覆盖未包含整个 500 m 范围".to_owned())
}

/// Whether a statement speaks of every residential zone.
pub(super) fn speaks(statement: &Feature) -> bool {
    let every = |kinds: &Value| kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "*"));
    statement.properties.text("layer") == Some(Layer::ResidentialZones.name())
        && statement.properties.get("kinds").is_none_or(every)
}

/// Whether a statement still holds on a day; one whose last day cannot be read does not.
fn is_valid(statement: &Feature, day: Date) -> bool {
    let last = |until: &Value| until.as_str().and_then(|day| day.parse::<Date>().ok());
    statement.properties.get("valid_until").is_none_or(|until| last(until).is_some_and(|last| day <= last))
}

/// Whether statements that held on one day no longer hold on another.
pub(super) fn expires_between(snapshot: &Snapshot, one: Date, other: Date) -> bool {
    let mut speaking = snapshot.features(Layer::Coverage).filter(|statement| speaks(statement));
    one != other && speaking.any(|statement| is_valid(statement, one) != is_valid(statement, other))
}
