//! The people of many things at once: who has which part in each, read in few queries.

use crate::texts::lang::Lang;
use crate::worker::notify::chosen::language_of;
use crate::worker::notify::reader::{Reader, Roles};
use crate::worker::outcome::Trouble;
use domain::access::{Organization, Role, RoleName, Scope};
use domain::id::{CustomerId, MarketplaceId, ResellerId, UserId};
use domain::notification::NotificationKind;
use domain::party::{Customer, Reseller};
use domain::people::{Audience, Languages, Recipients, told};
use domain::subscription::Subscription;
use std::collections::{HashMap, HashSet};
use store::Conn;
use store::users::StoredUser;

/// The most people of one organisation in one role that are told.
pub const MOST: u32 = 20;

/// Something that people are told about, and who has a part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Whose it is.
    pub customer: CustomerId,
    /// Through which reseller.
    pub reseller: Option<ResellerId>,
    /// The number of the partner that the customer names.
    pub partner: Option<String>,
    /// Who is responsible.
    pub responsible: Option<UserId>,
    /// Who brought it about; none where it was a script, or time.
    pub actor: Option<UserId>,
}

impl Topic {
    /// Whether anybody can have this part in it.
    pub const fn has(&self, who: Audience) -> bool {
        match who {
            Audience::Reseller => self.reseller.is_some(),
            Audience::PartnerOfRecord => self.partner.is_some(),
            Audience::Actor | Audience::Responsible | Audience::CustomerAdmins | Audience::CustomerBilling => true,
        }
    }

    /// A subscription of a customer.
    pub fn of(subscription: &Subscription, customer: &Customer) -> Self {
        let named = || customer.partner_of_record.clone();
        Self {
            customer: customer.id,
            reseller: subscription.reseller_id,
            partner: subscription.partner_of_record.clone().or_else(named),
            responsible: subscription.responsible_user,
            actor: None,
        }
    }
}

/// The people of some topics.
pub struct Directory {
    users: HashMap<UserId, StoredUser>,
    /// Who has a role at an organisation, the oldest first.
    posts: HashMap<(Organization, RoleName), Vec<UserId>>,
    partners: HashMap<String, Vec<ResellerId>>,
    /// The resellers of the topics, their partners and their people.
    resellers: HashMap<ResellerId, Reseller>,
    roles: Roles,
}

impl Directory {
    /// Reads who has a part in them.
    pub fn of(conn: &mut Conn, marketplace: MarketplaceId, topics: &[Topic]) -> Result<Self, Trouble> {
        let numbers: HashSet<_> = topics.iter().filter_map(|topic| topic.partner.as_deref()).collect();
        let numbers: Vec<_> = numbers.into_iter().collect();
        let partners = store::resellers::of_partner_ids(conn, &Scope::Marketplace(marketplace), &numbers)?;
        let mut customers: Vec<_> = topics.iter().map(|topic| topic.customer).collect();
        let mut resellers: Vec<_> = topics.iter().filter_map(|topic| topic.reseller).collect();
        resellers.extend(partners.values().flatten());
        customers.sort_unstable();
        customers.dedup();
        resellers.sort_unstable();
        resellers.dedup();
        let posts = [Role::CustomerAdmin, Role::CustomerBilling, Role::ResellerAdmin].map(RoleName::from);
        let staff = store::users::with_roles_unscoped(conn, marketplace, (&resellers, &customers), &posts)?;
        let mut named: Vec<_> = topics.iter().flat_map(|topic| [topic.responsible, topic.actor]).flatten().collect();
        named.sort_unstable();
        named.dedup();
        let named = store::users::of_ids_unscoped(conn, marketplace, &named)?;
        let roles = Roles::of(conn, marketplace, named.iter())?;
        resellers.extend(named.iter().filter_map(|user| user.organization.reseller()));
        let resellers = store::resellers::of_ids(conn, &Scope::Marketplace(marketplace), &resellers)?;
        let resellers = resellers.into_iter().map(|reseller| (reseller.id, reseller)).collect();
        let mut directory = Self { users: HashMap::new(), posts: HashMap::new(), partners, resellers, roles };
        for user in staff {
            let post = directory.posts.entry((user.organization, user.role.clone())).or_default();
            if post.len() < MOST as usize {
                post.push(user.id);
                directory.users.insert(user.id, user);
            }
        }
        directory.users.extend(named.into_iter().map(|user| (user.id, user)));
        Ok(directory)
    }

    /// Who of these is told of a kind of thing, each address once: who may see such things and is not kept out.
    pub fn told<'a>(
        &self,
        topic: &Topic,
        kind: NotificationKind,
        to: impl Iterator<Item = &'a Recipients>,
    ) -> Vec<&StoredUser> {
        let mut seen = HashSet::new();
        let people = to.flat_map(|to| self.people(topic, kind, to.who));
        people.filter(|user| seen.insert(user.notified_at().to_lowercase())).collect()
    }

    /// In which language somebody is told of a customer's things: its own, else that of its organisation.
    pub fn language(&self, languages: &Languages, user: &StoredUser, customer: &Customer) -> Lang {
        let own = user.language.as_deref();
        match user.organization {
            Organization::Customer(id) if id == customer.id => {
                language_of(languages, own, customer.language, customer.address.as_ref())
            }
            Organization::Reseller(id) => match self.resellers.get(&id) {
                Some(reseller) => language_of(languages, own, reseller.language, reseller.address.as_ref()),
                None => language_of(languages, own, None, None),
            },
            Organization::Customer(_) | Organization::Provider | Organization::Platform => {
                language_of(languages, own, None, None)
            }
        }
    }

    fn people(&self, topic: &Topic, kind: NotificationKind, who: Audience) -> Vec<&StoredUser> {
        let customer = Organization::Customer(topic.customer);
        let one_of = |id: Option<UserId>| {
            let person = id.and_then(|id| self.one(id)).filter(|user| self.may_be_told(user, kind));
            person.map_or_else(|| self.post(customer, Role::CustomerAdmin), |user| vec![user])
        };
        let mut people = match who {
            Audience::Actor => one_of(topic.actor),
            Audience::Responsible => one_of(topic.responsible),
            Audience::CustomerAdmins => self.post(customer, Role::CustomerAdmin),
            Audience::CustomerBilling => self.post(customer, Role::CustomerBilling),
            Audience::Reseller => topic.reseller.map(|id| self.administrators(id)).unwrap_or_default(),
            Audience::PartnerOfRecord => {
                let resellers = topic.partner.as_ref().and_then(|number| self.partners.get(number));
                resellers.into_iter().flatten().flat_map(|id| self.administrators(*id)).collect()
            }
        };
        people.retain(|user| self.may_be_told(user, kind));
        people
    }

    fn one(&self, id: UserId) -> Option<&StoredUser> {
        self.users.get(&id)
    }

    fn administrators(&self, reseller: ResellerId) -> Vec<&StoredUser> {
        self.post(Organization::Reseller(reseller), Role::ResellerAdmin)
    }

    fn post(&self, at: Organization, role: Role) -> Vec<&StoredUser> {
        let ids = self.posts.get(&(at, RoleName::from(role)));
        ids.into_iter().flatten().filter_map(|id| self.one(*id)).collect()
    }

    fn may_be_told(&self, user: &StoredUser, kind: NotificationKind) -> bool {
        let reader = Reader::of(user, &self.roles);
        !user.state.disabled && told::needs(kind).is_none_or(|needed| reader.may(needed))
    }
}
