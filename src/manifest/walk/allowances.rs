//! What a `spec` says to a disruption budget.

use super::entries::Entry;
use super::{Read, Walk};
use crate::field::{Count, Hazard, HazardKind};
use crate::manifest::autoscaler::Share;
use crate::manifest::budget::Allowance;
use crate::manifest::object::Allowances;

impl<'t> Walk<'_, 't> {
    /// `minAvailable` or `maxUnavailable` of a `spec`.
    pub(super) fn allowance(&mut self, entry: &Entry<'t>, found: &mut Allowances) -> Read<()> {
        let is_min = entry.key.value == "minAvailable";
        let (allowance, hazard) = match self.share(entry)? {
            Ok(allowance) => (allowance, None),
            Err(hazard) => (None, Some(hazard)),
        };
        if is_min {
            found.min_available = allowance;
        } else {
            found.max_unavailable = allowance;
        }
        found.hazard = found.hazard.take().or(hazard);
        Ok(())
    }

    /// An int or a percentage (Kubernetes' `IntOrString`).
    fn share(&mut self, entry: &Entry<'t>) -> Read<Result<Option<Allowance>, Hazard>> {
        let percent = entry.percent();
        let found = self.number(entry)?;
        if let Some(hazard) = found.doubt {
            return Ok(Err(hazard));
        }
        let share = match (&found.count, percent) {
            (Count::Null | Count::Absent, _) => return Ok(Ok(None)),
            (Count::Set(count), _) => Share::Pods(*count),
            (Count::Invalid(_), Some(percent)) => Share::Percent(percent),
            (Count::Invalid(_), None) => {
                return Ok(Err(Hazard::new(HazardKind::NotPlain, found.span)));
            }
        };
        let span = found.span;
        Ok(Ok(Some(Allowance { share, span })))
    }
}
