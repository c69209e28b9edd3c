//! Add-ons in a cart, and what they are of (A-14, U-49).

use super::*;

fn base(id: u128, ends_on: Option<&str>) -> Base {
    let (id, name) = (BaseId::Subscription(SubscriptionId::from_u128(id)), "Office 365 E3".to_owned());
    Base { id, name, quantity: 5, ends_on: ends_on.map(day) }
}

/// An add-on of E1 and of its own edition, with the bases that the customer has.
fn add_on(bases: &[Base]) -> OfferFacts {
    let mut facts = OfferFacts { bases: bases.to_vec(), ..other("ahd_rental") };
    facts.offer.prerequisites = vec![SkuId::from_u128(1), SkuId::from_u128(2)];
    facts
}

/// Its line, naming what it is of.
fn naming(base: Option<BaseId>, facts: OfferFacts) -> LineFacts {
    let facts = line(1, facts);
    LineFacts { line: CartLine { id: LineId::from_u128(9), base, ..facts.line }, ..facts }
}

/// The bases that the cart's first line becomes an add-on of, or may: by their ids.
fn chosen(lines: &[LineFacts]) -> Result<Option<BaseId>, Vec<BaseId>> {
    let quotation = quote(lines, &buyer(), NOW);
    match quotation.problems.as_slice() {
        [] => Ok(quotation.lines[0].base),
        [Problem { line: Some(0), field: "base_id", refusal: Refusal::BaseRequired(bases) }] => {
            Err(bases.iter().map(|base| base.id).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn u33_an_add_on_of_what_is_not_sold_here_is_for_nobody() {
    let add_on = OfferFacts { needs_base: true, ..other("ahd_rental") };
    assert_eq!(add_on.offer.prerequisites, []);
    assert_eq!(codes(1, add_on), ["prerequisite_missing"]);
}

#[test]
fn a14_an_add_on_needs_what_it_adds_to_owned_or_in_the_cart() {
    // The second prerequisite is its own SKU: a line is not its own prerequisite.
    assert_eq!(codes(1, add_on(&[])), ["prerequisite_missing"]);
    assert_eq!(codes(1, add_on(&[base(1, None)])), [] as [&str; 0]);
    assert_eq!(problems(&[line(1, add_on(&[])), line(1, e1("ahd_rental"))], &buyer()), []);
    // What is no add-on is of nothing, whatever its line says.
    assert_eq!(chosen(&[naming(Some(base(1, None).id), e1("ahd_rental"))]), Ok(None));
}

#[test]
fn u49_an_add_on_is_of_the_base_that_its_line_names() {
    let [first, second] = [base(7, None), base(8, None)];
    let ids = [first.id, second.id];
    let both = || add_on(&[first.clone(), second.clone()]);
    assert_eq!(chosen(&[naming(None, add_on(std::slice::from_ref(&first)))]), Ok(Some(ids[0])), "there is but one");
    assert_eq!(chosen(&[naming(None, both())]), Err(ids.to_vec()));
    assert_eq!(chosen(&[naming(Some(ids[1]), both())]), Ok(Some(ids[1])));
    // One that is none of them, or has ended since.
    assert_eq!(chosen(&[naming(Some(base(9, None).id), both())]), Err(ids.to_vec()));
    assert_eq!(chosen(&[naming(Some(ids[1]), add_on(std::slice::from_ref(&first)))]), Err(vec![ids[0]]));
}

#[test]
fn u49_a_base_may_be_beside_it_in_the_cart() {
    let first = base(7, None);
    let beside = |id: u128| LineFacts {
        line: CartLine { id: LineId::from_u128(id), ..line(1, e1("colt_nce")).line },
        ..line(1, e1("colt_nce"))
    };
    let [one, two] = [1, 2].map(|id| BaseId::Line(LineId::from_u128(id)));
    assert_eq!(chosen(&[naming(None, add_on(&[])), beside(1)]), Ok(Some(one)));
    assert_eq!(chosen(&[naming(None, add_on(&[])), beside(1), beside(2)]), Err(vec![one, two]));
    assert_eq!(chosen(&[naming(Some(two), add_on(&[])), beside(1), beside(2)]), Ok(Some(two)));
    // Of one that runs, of another that begins: which is meant is not guessed.
    assert_eq!(chosen(&[naming(None, add_on(std::slice::from_ref(&first))), beside(1)]), Err(vec![first.id, one]));
    let quotation = quote(&[naming(None, add_on(&[first])), beside(1)], &buyer(), NOW);
    let [Problem { refusal: Refusal::BaseRequired(bases), .. }] = &quotation.problems[..] else { panic!() };
    assert_eq!(
        bases.iter().map(|base| (base.name.as_str(), base.quantity)).collect::<Vec<_>>(),
        [("Office 365 E3", 5), ("Office 365 E1", 1)]
    );
}

#[test]
fn u05_u49_the_preview_says_that_an_add_on_ends_with_its_base() {
    let of = |ends_on: &str| {
        let mut facts = add_on(&[base(7, None), base(8, Some(ends_on))]);
        facts.policy = policy("terra_nce_p1y_m");
        let PricedLine { ends_with_base, term_span, recurring, .. } =
            quote(&[naming(Some(base(8, None).id), facts)], &buyer(), NOW).lines.remove(0);
        (ends_with_base.map(|last| last.to_string()), term_span.unwrap().last, recurring.map(|each| each.net().minor))
    };
    let ends = |last: &str| (Some(last.to_owned()), day(last));
    let ((cut, last), (within, day_within)) = (ends("2026-10-20"), ends("2026-09-20"));
    assert_eq!(of("2026-10-20"), (cut, last, Some(940)));
    assert_eq!(of("2026-09-20"), (within, day_within, None), "nothing follows its first cycle");
    let (same, day_same) = ends("2027-09-05");
    assert_eq!(of("2027-09-05"), (same, day_same, Some(940)), "nothing follows its own term either");
    assert_eq!(of("2027-09-06"), (None, day("2027-09-05"), Some(940)));
}
