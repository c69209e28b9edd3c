//! Categories: the tree in which products are found.

use crate::refusal::Refusal;

/// How deep a category can lie; the top is the first level.
pub const DEEPEST: usize = 5;

/// A category of the tree as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// What it is called in paths.
    pub slug: &'a str,
    /// The category that it is in; none at the top.
    pub parent: Option<&'a str>,
}

/// Whether a category may stand in another one of the tree.
///
/// # Errors
/// [`Refusal::CategoryWithinItself`] where it would be in itself, however far below, [`Refusal::CategoryTooDeep`] where
/// it, or what it holds, would lie too deep.
pub fn may_stand_in(tree: &[Place<'_>], slug: &str, parent: &str) -> Result<(), Refusal> {
    let above = ancestors(tree, parent);
    if parent == slug || above.contains(&slug) {
        return Err(Refusal::CategoryWithinItself);
    }
    let held = tree.iter().map(|place| ancestors(tree, place.slug));
    let below = held.filter_map(|above| above.iter().position(|one| *one == slug).map(|at| at + 1)).max().unwrap_or(0);
    // The parent, what is above it, the category itself, and what it holds.
    if above.len() + 2 + below > DEEPEST { Err(Refusal::CategoryTooDeep) } else { Ok(()) }
}

/// What is above a category, the nearest first.
fn ancestors<'a>(tree: &[Place<'a>], slug: &str) -> Vec<&'a str> {
    let parent = |slug: &str| tree.iter().find(|place| place.slug == slug).and_then(|place| place.parent);
    std::iter::successors(parent(slug), |above| parent(above)).take(tree.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: [Place<'_>; 4] = [
        Place { slug: "main", parent: None },
        Place { slug: "office", parent: Some("main") },
        Place { slug: "mail", parent: Some("office") },
        Place { slug: "add-ons", parent: None },
    ];

    #[test]
    fn t32_a_category_is_never_in_itself() {
        assert_eq!(may_stand_in(&TREE, "mail", "add-ons"), Ok(()));
        assert_eq!(may_stand_in(&TREE, "main", "add-ons"), Ok(()));
        for below in ["main", "office", "mail"] {
            assert_eq!(may_stand_in(&TREE, "main", below), Err(Refusal::CategoryWithinItself), "{below}");
        }
    }

    #[test]
    fn t32_categories_lie_five_levels_deep_at_most() {
        let deep = [TREE.as_slice(), &[Place { slug: "archive", parent: Some("mail") }]].concat();
        assert_eq!(may_stand_in(&deep, "new", "archive"), Ok(()));
        let deeper = [deep.as_slice(), &[Place { slug: "old", parent: Some("archive") }]].concat();
        assert_eq!(may_stand_in(&deeper, "new", "old"), Err(Refusal::CategoryTooDeep));
        // What it holds goes with it.
        assert_eq!(may_stand_in(&deeper, "main", "add-ons"), Err(Refusal::CategoryTooDeep));
        assert_eq!(may_stand_in(&deeper, "office", "add-ons"), Ok(()));
    }
}
