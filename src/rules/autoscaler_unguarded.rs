//! `autoscaler-unguarded`: an autoscaler that can scale a worker in faster than the policy allows.

use super::cuts::{self, KEDA_MOST};
use super::{Context, Rule, autoscaled, replicas, restored};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::{JumpWhy, ScaleDown, ScalingPolicy, Select, Share};
use crate::plan::{Member, Pace, Scaler};
use crate::policy::Limits;

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-unguarded",
    severity: Severity::Warning,
    waivable: true,
    summary: "an autoscaler that can scale a worker in faster than the policy allows",
    page: include_str!("../../docs/rules/autoscaler-unguarded.md"),
};

/// Long enough for a worker to be drained and the others to be available, in seconds.
const PERIOD: u32 = 300;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let workers = autoscaled::members(context).filter(|(_, member)| member.is_worker());
    let findings = workers.filter_map(|(autoscaler, member)| finding(context, autoscaler, member));
    let cuts = cuts::findings(context, &RULE).into_iter();
    let restored = restored::findings(context, &RULE);
    findings.chain(cuts).chain(restored).collect()
}

fn finding(context: &Context<'_>, autoscaler: Scaler<'_>, member: &Member<'_>) -> Option<Finding> {
    let limits = Limits {
        floor: 0,
        ..member.component.scale_in.limits()
    };
    let (name, owner) = (
        &member.component.name,
        autoscaled::name(autoscaler.object()),
    );
    let (diagnostic, helps) = match autoscaler.pace() {
        Ok(pace) => {
            let excess = Excess::of(autoscaler, &pace, limits)?;
            let diagnostic = Diagnostic::new(format!(
                "{owner} can remove {} of {} of {name} at once; the policy allows {} in one release",
                excess.loss,
                replicas(excess.of),
                excess.allowed
            ));
            let diagnostic = shown(diagnostic, autoscaler, &pace, &excess);
            (diagnostic, excess.remedies(autoscaler, limits))
        }
        Err(hazard) => {
            let diagnostic = Diagnostic::new(format!(
                "how fast {owner} can scale {name} in cannot be determined"
            ))
            .label_opt(autoscaler.place_of(hazard.span), hazard.kind.describe());
            (diagnostic, vec![hazard.kind.remedy().to_owned()])
        }
    };
    let workload = member.workload;
    let diagnostic = diagnostic.label(workload.place(workload.name), name.as_str());
    let diagnostic = helps.into_iter().fold(diagnostic, Diagnostic::help);
    Some(
        context
            .finding(&RULE, autoscaled::rendered(diagnostic, autoscaler, member))
            .about(member),
    )
}

/// Adds where its behaviour is written, or where it says what it scales; of a count that KEDA sets, where that is written.
fn shown(
    diagnostic: Diagnostic,
    autoscaler: Scaler<'_>,
    pace: &Pace<'_>,
    excess: &Excess,
) -> Diagnostic {
    let scale_down = pace.scale_down;
    let jump = pace.jump.and_then(|(_, _, span)| span);
    let behavior = scale_down.span.filter(|_| excess.scales);
    let diagnostic = match (behavior, jump.filter(|_| excess.jumps.is_some())) {
        (_, Some(span)) => {
            diagnostic.label_opt(autoscaler.place_of(span), "the count that KEDA sets")
        }
        (Some(span), None) => {
            diagnostic.label_opt(autoscaler.place_of(span), "how fast it can scale in")
        }
        (None, None) => autoscaled::shown(diagnostic, autoscaler, "its target"),
    };
    let diagnostic = match excess.jumps {
        Some(JumpWhy::Paused) => {
            diagnostic.note("KEDA sets a paused count at once, whatever `behavior` says")
        }
        Some(JumpWhy::Idle | JumpWhy::Zero) => diagnostic.note("KEDA itself sets the count in one step when no trigger has been active for the `cooldownPeriod`, whatever `behavior` says"),
        None => diagnostic,
    };
    if scale_down.span.is_none() && *scale_down == ScaleDown::default() {
        return diagnostic.note("without `behavior.scaleDown`, an autoscaler can remove all replicas above its minimum within 15 seconds");
    }
    diagnostic
}

/// A number of replicas of which an autoscaler may take more in one period than the policy lets go in one release.
struct Excess {
    of: u32,
    loss: u32,
    allowed: u64,
    /// Whether `behavior` lets too many go.
    scales: bool,
    /// Why KEDA takes too many, if it does.
    jumps: Option<JumpWhy>,
}

impl Excess {
    /// The one at the most replicas that it may run, else at fewer.
    ///
    /// Shares are rounded in other ways here and there, which repeats after 100.
    fn of(autoscaler: Scaler<'_>, pace: &Pace<'_>, limits: Limits) -> Option<Self> {
        let is_keda = autoscaler.object().kind == "ScaledObject";
        let least = pace.min.unwrap_or(u32::from(!is_keda));
        let keda_most = is_keda.then_some(KEDA_MOST);
        let most = pace.max.or(keda_most).unwrap_or(u32::MAX);
        let to_zero = (is_keda && least == 0).then_some((0, JumpWhy::Zero));
        let jump = pace.jump.as_ref().map(|(to, why, _)| (*to, *why));
        let jump = jump.or(to_zero);
        let mut counts = std::iter::once(most).chain((1..=most.min(100)).rev());
        counts.find_map(|of| {
            let by_behavior = in_one_period(pace.scale_down, of).min(of.saturating_sub(least));
            let by_keda = jump.map_or(0, |(to, _)| of.saturating_sub(to));
            let (loss, allowed) = (by_behavior.max(by_keda), limits.allowed(u64::from(of)));
            let is_too_much = |loss: u32| u64::from(loss) > allowed;
            is_too_much(loss).then(|| Self {
                of,
                loss,
                allowed,
                scales: is_too_much(by_behavior),
                jumps: jump.filter(|_| is_too_much(by_keda)).map(|(_, why)| why),
            })
        })
    }

    /// What to do about it.
    fn remedies(&self, autoscaler: Scaler<'_>, limits: Limits) -> Vec<String> {
        let jump = self.jumps.map(|why| {
            let text = match why {
                JumpWhy::Paused => "pause it with the annotation `autoscaling.keda.sh/paused: \"true\"` instead, which leaves the count as it is",
                JumpWhy::Idle => "remove `idleReplicaCount`",
                JumpWhy::Zero => "set `minReplicaCount` to 1 or more",
            };
            text.to_owned()
        });
        let behavior = self.scales.then(|| remedy(autoscaler, limits));
        behavior.into_iter().chain(jump).collect()
    }
}

/// How many of so many replicas may go in one period, by the policy that `selectPolicy` selects.
fn in_one_period(scale_down: &ScaleDown, of: u32) -> u32 {
    let losses = scale_down.policies.iter().map(|policy| loss(policy, of));
    let loss = match scale_down.select {
        Select::Most => losses.max(),
        Select::Fewest => losses.min(),
        Select::Disabled => Some(0),
    };
    loss.unwrap_or(of)
}

/// What remains of a share is rounded down (`pkg/controller/podautoscaler/horizontal.go`,
/// `calculateScaleDownLimitWithBehaviors`), so that more go.
fn loss(policy: &ScalingPolicy, of: u32) -> u32 {
    match policy.most {
        Share::Pods(pods) => pods.min(of),
        Share::Percent(percent) => {
            let loss = (u64::from(of) * u64::from(percent)).div_ceil(100);
            u32::try_from(loss).map_or(of, |loss| loss.min(of))
        }
    }
}

/// The lines that limit a period to what the policy allows in one release.
fn remedy(autoscaler: Scaler<'_>, limits: Limits) -> String {
    let rule = match (limits.max_replicas, limits.max_percent) {
        (Some(0), _) => "selectPolicy: Disabled".to_owned(),
        (Some(pods), None) => pods_in_a_period(pods),
        _ => pods_in_a_period(1),
    };
    let object = autoscaler.object();
    let under = match (&*object.kind, &*object.api_version) {
        ("ScaledObject", _) => {
            "add to the ScaledObject's `spec.advanced.horizontalPodAutoscalerConfig`"
        }
        (_, "autoscaling/v1") => {
            "make the HorizontalPodAutoscaler one of `autoscaling/v2`, and add to its `spec`"
        }
        _ => "add to the HorizontalPodAutoscaler's `spec`",
    };
    format!("{under}: `behavior: {{scaleDown: {{{rule}}}}}`")
}

fn pods_in_a_period(pods: u32) -> String {
    format!("policies: [{{type: Pods, value: {pods}, periodSeconds: {PERIOD}}}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale_down(select: Select, policies: &[Share]) -> ScaleDown {
        let policy = |most: &Share| ScalingPolicy {
            most: *most,
            period_seconds: 60,
        };
        ScaleDown {
            policies: policies.iter().map(policy).collect(),
            select,
            ..ScaleDown::default()
        }
    }

    #[test]
    fn a_period_takes_what_the_selected_policy_lets_go() {
        let both = [Share::Pods(2), Share::Percent(10)];
        assert_eq!(in_one_period(&scale_down(Select::Most, &both), 72), 8);
        assert_eq!(in_one_period(&scale_down(Select::Fewest, &both), 72), 2);
        assert_eq!(in_one_period(&scale_down(Select::Disabled, &both), 72), 0);
        assert_eq!(in_one_period(&scale_down(Select::Fewest, &both), 5), 1);
        assert_eq!(in_one_period(&ScaleDown::default(), 5), 5);
        let beyond = scale_down(Select::Most, &[Share::Percent(u32::MAX)]);
        assert_eq!(in_one_period(&beyond, u32::MAX), u32::MAX);
    }
}
