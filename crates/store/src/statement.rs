//! Statements: which ones are prepared once, batches of rows, and whose rows are seen.
//!
//! What is read by its key ends in `get_result`, never in `first`: that binds a `LIMIT`, and SQLite plans a
//! statement anew each time its limit is bound.

use crate::error::{Result, StoreError};
use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use domain::access::Scope;
use domain::id::MarketplaceId;

/// A query whose text is one of a few. diesel prepares updates, upserts, batches and `IN` lists anew each
/// time, since their text may differ without end; this one is kept by its text, and prepared once for each
/// connection. Only for what answers rows: diesel does not ask it when a statement is merely executed
/// (see `rows_changed!`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed<Q>(pub(crate) Q);

impl<Q> QueryId for Fixed<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Fixed<Q> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Fixed<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q, C> RunQueryDsl<C> for Fixed<Q> {}

/// The most rows of one statement; PostgreSQL takes 65,535 values.
pub(crate) const BATCH: usize = 500;

/// Batches up to this size are prepared once; larger ones are too rare and too many to keep.
pub(crate) const SMALL_BATCH: usize = 8;

/// The most values of one `IN` list; SQLite takes 32,766.
pub(crate) const LIST: usize = 10_000;

/// `kept!(c, statement)`: runs a statement that is kept by its text; how many rows it changed. Each row
/// answers with a one.
macro_rules! kept {
    ($c:expr, $statement:expr) => {{
        let one = diesel::IntoSql::into_sql::<diesel::sql_types::Integer>(1);
        $crate::statement::Fixed($statement.returning(one)).load::<i32>($c).map(|rows| rows.len())
    }};
}

/// `rows_changed!(tx, diesel::update(row).set(values))`: the same for either database.
macro_rules! rows_changed {
    ($tx:expr, $statement:expr) => {
        on!($tx, c => kept!(c, $statement))
    };
}

/// `insert_rows!(tx, order_lines, &rows)`: inserts a slice of rows; how many were written.
///
/// PostgreSQL gets few statements, since each costs a round trip. SQLite is in this process: one prepared
/// statement run for each row costs least there.
macro_rules! insert_rows {
    ($tx:expr, $table:ident, $rows:expr) => {
        insert_rows!($tx, $rows, c, batch =>
            diesel::insert_into($table::table).values(batch),
            diesel::insert_into($table::table).values(batch).execute(c))
    };
    // For upserts, which even one by one would be prepared anew.
    ($tx:expr, $rows:expr, $batch:ident => $statement:expr) => {
        insert_rows!($tx, $rows, c, $batch => $statement, kept!(c, $statement))
    };
    ($tx:expr, $rows:expr, $c:ident, $batch:ident => $statement:expr, $one_by_one:expr) => {{
        let rows: &[_] = $rows;
        let mut written = 0;
        match $tx {
            $crate::connection::Conn::Sqlite(pooled) => {
                let $c: &mut diesel::SqliteConnection = pooled;
                for $batch in rows {
                    written += $one_by_one?;
                }
            }
            #[cfg(feature = "postgres")]
            $crate::connection::Conn::Postgres(pooled) => {
                let c: &mut diesel::PgConnection = pooled;
                for $batch in rows.chunks($crate::statement::BATCH) {
                    written += if $batch.len() <= $crate::statement::SMALL_BATCH {
                        kept!(c, $statement)?
                    } else {
                        $statement.execute(c)?
                    };
                }
            }
        }
        written
    }};
}

/// `arrays!(query, charges, rows, id, net)`: binds columns of rows to a raw query of PostgreSQL, each as an array.
macro_rules! arrays {
    ($query:expr, $table:ident, $rows:expr, $($column:ident),+) => {
        $query$(.bind::<diesel::sql_types::Array<diesel::dsl::SqlTypeOf<$table::$column>>, _>(
            $rows.iter().map(|row| &row.$column).collect::<Vec<_>>(),
        ))+
    };
}

/// `insert_many!(tx, charges, &rows, id, net)`: as `insert_rows!`, every column named, for tables that thousands of
/// rows come into at once. PostgreSQL takes longer to read a statement with a place for each value than to do it: it
/// gets the columns as arrays.
macro_rules! insert_many {
    ($tx:expr, $table:ident, $rows:expr, $($column:ident),+ $(,)?) => {{
        let (tx, rows): (&mut $crate::connection::Conn, &[_]) = ($tx, $rows);
        let many = rows.len() > $crate::statement::SMALL_BATCH;
        match tx {
            #[cfg(feature = "postgres")]
            $crate::connection::Conn::Postgres(pooled) if many => {
                let c: &mut diesel::PgConnection = pooled;
                let sql = $crate::statement::insert_of_arrays(stringify!($table), &[$(stringify!($column)),+]);
                arrays!(diesel::sql_query(sql), $table, rows, $($column),+).execute(c)?
            }
            tx => insert_rows!(tx, $table, rows),
        }
    }};
}

/// `updates! { fn write(subscriptions: Row, status, version) }`: a function that sets these columns of rows, known by
/// marketplace and id, where the version is still the one before the row's; it says how many were set.
///
/// For what is updated by the thousand: the statement of a row is written once, where diesel writes and prepares one
/// anew each time, and answers no rows, for which SQLite would make a table. PostgreSQL gets the columns as arrays.
macro_rules! updates {
    ($(#[$doc:meta])* $visible:vis fn $name:ident($table:ident: $row:ty, $($column:ident),+ $(,)?)) => {
        $(#[$doc])*
        #[allow(clippy::needless_lifetimes, reason = "a row may borrow")]
        $visible fn $name<'a>(tx: &mut $crate::connection::Conn, rows: &'a [$row]) -> diesel::QueryResult<usize> {
            struct One<'a>(&'a $row);
            impl diesel::query_builder::QueryId for One<'_> {
                type QueryId = One<'static>;
                const HAS_STATIC_QUERY_ID: bool = true;
            }
            impl<C> diesel::RunQueryDsl<C> for One<'_> {}
            updates!(@one One, diesel::pg::Pg, $table, $($column),+);
            updates!(@one One, diesel::sqlite::Sqlite, $table, $($column),+);
            match tx {
                #[cfg(feature = "postgres")]
                $crate::connection::Conn::Postgres(pooled) if rows.len() > 1 => {
                    let c: &mut diesel::PgConnection = pooled;
                    let sql = $crate::statement::update_of_arrays(stringify!($table), &[$(stringify!($column)),+]);
                    arrays!(diesel::sql_query(sql), $table, rows, marketplace_id, id, $($column),+).execute(c)
                }
                tx => on!(tx, c => rows.iter().map(|row| One(row).execute(c)).sum()),
            }
        }
    };
    (@one $one:ident, $db:ty, $table:ident, $($column:ident),+) => {
        impl diesel::query_builder::QueryFragment<$db> for $one<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $db>,
            ) -> diesel::QueryResult<()> {
                let mut before = concat!("UPDATE ", stringify!($table), " SET ");
                $(
                    out.push_sql(before);
                    out.push_sql(concat!(stringify!($column), " = "));
                    out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::$column>, _>(&self.0.$column)?;
                    before = ", ";
                )+
                out.push_sql(" WHERE marketplace_id = ");
                out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::marketplace_id>, _>(&self.0.marketplace_id)?;
                out.push_sql(" AND id = ");
                out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::id>, _>(&self.0.id)?;
                out.push_sql(" AND version + 1 = ");
                out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::version>, _>(&self.0.version)
            }
        }
    };
}

fn places(number: usize) -> String {
    (1..=number).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// The statement that inserts rows whose columns are arrays.
pub(crate) fn insert_of_arrays(table: &str, columns: &[&str]) -> String {
    format!("INSERT INTO {table} ({}) SELECT * FROM unnest({})", columns.join(", "), places(columns.len()))
}

/// The statement that updates rows whose keys and columns are arrays.
pub(crate) fn update_of_arrays(table: &str, columns: &[&str]) -> String {
    let set: Vec<_> = columns.iter().map(|column| format!("{column} = new.{column}")).collect();
    format!(
        "UPDATE {table} AS old SET {} FROM unnest({}) AS new (marketplace_id, id, {}) \
         WHERE (old.marketplace_id, old.id, old.version + 1) = (new.marketplace_id, new.id, new.version)",
        set.join(", "),
        places(columns.len() + 2),
        columns.join(", ")
    )
}

/// `held_by!(marketplace, user)`: the subscriptions that somebody has a licence of.
macro_rules! held_by {
    ($marketplace:expr, $user:expr) => {{
        use $crate::schema::license_assignments as held;
        held::table
            .filter(held::marketplace_id.eq($crate::types::Id($marketplace)))
            .filter(held::user_id.eq($crate::types::Id($user)))
            .select(held::subscription_id)
    }};
}

/// `as_the_customers!(query, user)`: what is seen whoever of the customer's people asks, by a permission of its own.
macro_rules! as_the_customers {
    ($query:expr, $user:expr) => {{
        let _ = $user;
        $query
    }};
}

/// `assigned!(query, scope, user, subscriptions)`: of a customer's rows those that are of a subscription that the user
/// has a licence of, and of licences the user's own. What is no subscription's stays as it is: a new table says here
/// which of both it is.
macro_rules! assigned {
    ($query:expr, $scope:expr, $user:expr, subscriptions) => {
        $query.filter(subscriptions::id.eq_any(held_by!($scope.marketplace(), $user)))
    };
    ($query:expr, $scope:expr, $user:expr, subscription_changes) => {
        $query.filter(subscription_changes::subscription_id.eq_any(held_by!($scope.marketplace(), $user)))
    };
    ($query:expr, $scope:expr, $user:expr, charges) => {
        $query.filter(charges::subscription_id.eq_any(held_by!($scope.marketplace(), $user)))
    };
    ($query:expr, $scope:expr, $user:expr, license_assignments) => {
        $query.filter(license_assignments::user_id.eq($crate::types::Id($user)))
    };
    ($query:expr, $scope:expr, $user:expr, customers) => {
        as_the_customers!($query, $user)
    };
    ($query:expr, $scope:expr, $user:expr, carts) => {
        as_the_customers!($query, $user)
    };
    ($query:expr, $scope:expr, $user:expr, orders) => {
        as_the_customers!($query, $user)
    };
    ($query:expr, $scope:expr, $user:expr, redemptions) => {
        as_the_customers!($query, $user)
    };
    ($query:expr, $scope:expr, $user:expr, audit_entries) => {
        as_the_customers!($query, $user)
    };
    ($query:expr, $scope:expr, $user:expr, notifications) => {
        as_the_customers!($query, $user)
    };
}

/// `within!(query, scope, orders)`: only the rows of a boxed query that the scope sees. The customer's
/// column may be named: `within!(query, scope, customers, id)`.
macro_rules! within {
    ($query:expr, $scope:expr, $table:ident) => {
        within!($query, $scope, $table, customer_id)
    };
    ($query:expr, $scope:expr, $table:ident, $customer:ident) => {{
        let query = $query.filter($table::marketplace_id.eq($crate::types::Id($scope.marketplace())));
        match $scope {
            domain::access::Scope::Platform | domain::access::Scope::Marketplace(_) => query,
            domain::access::Scope::Reseller(_, id) => {
                query.filter($table::reseller_id.eq(Some($crate::types::Id(*id))))
            }
            domain::access::Scope::Customer(_, id) => {
                query.filter($table::$customer.nullable().eq(Some($crate::types::Id(*id))))
            }
            domain::access::Scope::Assigned(_, id, user) => {
                let query = query.filter($table::$customer.nullable().eq(Some($crate::types::Id(*id))));
                assigned!(query, $scope, *user, $table)
            }
        }
    }};
}

/// The marketplace, for what only its provider sees; for all others there is nothing. The platform has of its own what
/// is kept for it.
pub(crate) fn provider(scope: &Scope) -> Result<MarketplaceId> {
    match scope {
        Scope::Platform | Scope::Marketplace(_) => Ok(scope.marketplace()),
        Scope::Reseller(..) | Scope::Customer(..) | Scope::Assigned(..) => Err(StoreError::NotFound),
    }
}

/// Holds an update of a version that was just read against how many rows it found. None: somebody else
/// was faster, and the transaction is to run again on what is there now.
pub(crate) fn updated(rows: usize) -> Result<()> {
    if rows == 0 { Err(StoreError::Busy) } else { Ok(()) }
}

/// Holds what was to be changed or deleted by id against how many rows there were.
pub(crate) fn found(rows: usize) -> Result<()> {
    if rows == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
