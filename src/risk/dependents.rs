//! Which objects a commit concerns that it does not change itself: what is near changed people, what belongs to a changed
//! enterprise, what changed hidden dangers and flow paths name.

use std::collections::{BTreeMap, BTreeSet};

use super::grades::{GRADED, Grader};
use super::head_pond;
use super::ownership::Ids;
use super::references::{self, words};
use super::residents;
use crate::geom::Envelope;
use crate::model::{Feature, Known, Layer};

/// Objects by layer and id.
pub(super) type Objects = BTreeSet<(Layer, String)>;

/// What a commit changed, seen from before and after it.
pub(super) struct Change<'c, 'a> {
    pub before: &'c Grader<'a>,
    pub now: &'c Grader<'a>,
    pub ids: &'c BTreeMap<Layer, Ids<'a>>,
}

impl<'a> Change<'_, 'a> {
    /// The objects that may have another grade, besides those that were changed.
    pub(super) fn dependents(&self) -> Objects {
        let mut found = Objects::new();
        self.of_enterprises(&mut found);
        for layer in [Layer::ResidentialZones, Layer::Coverage] {
            let about = |one: &&Feature| layer != Layer::Coverage || residents::speaks(one);
            for one in self.versions(layer).filter(about) {
                self.plants_near(one.envelope(), &mut found);
            }
        }
        for one in
            [Layer::ResidentialZones, Layer::ProtectionTargets].into_iter().flat_map(|layer| self.versions(layer))
        {
            self.ponds_near(one.envelope(), &mut found);
        }
        for danger in self.versions(Layer::HiddenDangers) {
            self.meant_by(danger, &GRADED, &mut found);
        }
        for path in self.versions(Layer::BufferZones).filter(|zone| head_pond::is_path(zone)) {
            self.meant_by(path, &head_pond::PONDS, &mut found);
        }
        self.of_renamed(&mut found);
        self.owners_of(&mut found);
        found
    }

    fn editions(&self) -> [&Grader<'a>; 2] {
        [self.before, self.now]
    }

    /// The changed features of a layer, as they were and as they are.
    fn versions(&self, layer: Layer) -> impl Iterator<Item = &'a Feature> {
        let ids = self.ids.get(&layer).into_iter().flatten();
        let [before, now] = self.editions().map(|edition| edition.snapshot);
        ids.flat_map(move |id| [before, now].into_iter().filter_map(move |edition| edition.feature(layer, id)))
    }

    /// The boundary and the flags of an enterprise and its installations hang together.
    fn of_enterprises(&self, found: &mut Objects) {
        for enterprise in self.versions(Layer::Enterprises) {
            for edition in self.editions() {
                let users = edition.ownership.users(enterprise);
                found.extend(users.map(|id| (Layer::Installations, id.to_owned())));
            }
        }
    }

    /// The installations around whose plants people are counted, as far as a box.
    fn plants_near(&self, envelope: &Envelope, found: &mut Objects) {
        let Grader { snapshot, ownership, .. } = self.now;
        let near = |layer| {
            let index = snapshot.layer(layer).ok();
            let reach = residents::farthest(snapshot, layer);
            let near = index.map(|index| index.near(envelope, reach, |_| true)).into_iter().flatten();
            near.filter(move |(away, one)| residents::may_reach(layer, one, *away)).map(|(_, one)| &**one)
        };
        let holding = |one: &Feature| one.properties.get("substances").is_some();
        for enterprise in near(Layer::Enterprises) {
            let own = ownership.installations(enterprise).into_iter();
            let own = own.filter(|id| snapshot.feature(Layer::Installations, id).is_some_and(holding));
            found.extend(own.map(|id| (Layer::Installations, id.to_owned())));
        }
        let alone = |one: &&Feature| holding(one) && ownership.owner(one).is_none();
        found.extend(near(Layer::Installations).filter(alone).map(|one| (Layer::Installations, one.id.clone())));
    }

    fn ponds_near(&self, envelope: &Envelope, found: &mut Objects) {
        for layer in head_pond::PONDS {
            let near = head_pond::ponds_near(self.now.snapshot, layer, envelope);
            found.extend(near.map(|pond| (layer, pond.id.clone())));
        }
    }

    /// What a feature names in `of`, before and after.
    fn meant_by(&self, feature: &Feature, layers: &[Layer], found: &mut Objects) {
        if let Some(word) = feature.properties.text("of") {
            self.meant(word, layers, found);
        }
    }

    fn meant(&self, word: &str, layers: &[Layer], found: &mut Objects) {
        for edition in self.editions() {
            let meant = layers.iter().filter_map(|layer| Some((*layer, edition.snapshot.referred(*layer, word)?)));
            found.extend(meant.map(|(layer, one)| (layer, one.id.clone())));
        }
    }

    /// A new name may take a word from what bore it alone, or leave it to another.
    fn of_renamed(&self, found: &mut Objects) {
        let versions = GRADED.into_iter().flat_map(|layer| self.versions(layer).map(move |one| (layer, one)));
        let mut asked: BTreeSet<(Layer, &str)> = BTreeSet::new();
        for (layer, one) in versions {
            asked.extend(words(one).map(|word| (layer, word)));
        }
        for (layer, word) in asked {
            let naming = [Layer::HiddenDangers, Layer::BufferZones];
            let used = |edition: &Grader<'_>| naming.iter().any(|by| references::is_used(edition.snapshot, *by, word));
            if self.editions().into_iter().any(used) {
                self.meant(word, &[layer], found);
            }
        }
    }

    /// An enterprise is as bad as its installations.
    fn owners_of(&self, found: &mut Objects) {
        let mut owners = Objects::new();
        for edition in self.editions() {
            let moved = found.iter().filter(|(layer, _)| *layer == Layer::Installations);
            let features = moved.filter_map(|(layer, id)| edition.snapshot.feature(*layer, id));
            let own = features.filter_map(|one| edition.ownership.owner(one));
            owners.extend(own.map(|id| (Layer::Enterprises, id.to_owned())));
        }
        found.extend(owners);
    }
}
