//! The countries there are (ISO 3166-1), and what those that we sell to most ask of an address.

use crate::address::mask::Mask;

/// What a country asks of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryRules {
    /// The country's two letters.
    pub country: &'static str,
    /// Whether an address needs a postal code.
    pub postal_code_required: bool,
    /// The forms of its postal codes; any is right. None: free.
    pub postal_codes: &'static [Mask],
    /// Whether an address needs a region.
    pub region_required: bool,
    /// Its regions; none: free.
    pub regions: &'static [Region],
}

/// A region of a country: its ISO 3166-2 code without the country, and its name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The code: `NW`.
    pub code: &'static str,
    /// The name: `Nordrhein-Westfalen`.
    pub name: &'static str,
}

impl CountryRules {
    /// The regular expression of its postal codes; none where they are free.
    pub fn postal_code_pattern(&self) -> Option<String> {
        match self.postal_codes {
            [] => None,
            [only] => Some(format!("^{}$", only.expression())),
            masks => {
                let forms: Vec<_> = masks.iter().map(|mask| mask.expression()).collect();
                Some(format!("^({})$", forms.join("|")))
            }
        }
    }
}

/// Every country's two letters.
pub(super) const ALL: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO \
    BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER \
    ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN \
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH \
    MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN \
    PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ \
    TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

const fn rules(
    country: &'static str,
    postal_codes: &'static [Mask],
    region_required: bool,
    regions: &'static [Region],
) -> CountryRules {
    CountryRules { country, postal_code_required: true, postal_codes, region_required, regions }
}

const fn region(code: &'static str, name: &'static str) -> Region {
    Region { code, name }
}

/// Countries with rules of their own. Regions are ISO 3166-2 codes without the country; a country whose people do not
/// write one of a fixed list has none here.
pub(super) const RULES: &[CountryRules] = &[
    rules("AT", &[Mask("9999")], false, AUSTRIA),
    rules("AX", &[Mask("99999")], false, &[]),
    rules("BE", &[Mask("9999")], false, BELGIUM),
    rules("BG", &[Mask("9999")], false, &[]),
    rules("CA", &[Mask("A9A 9A9")], true, CANADA),
    rules("CH", &[Mask("9999")], false, SWITZERLAND),
    rules("CY", &[Mask("9999")], false, &[]),
    rules("CZ", &[Mask("999 99")], false, CZECHIA),
    rules("DE", &[Mask("99999")], false, GERMANY),
    rules("DK", &[Mask("9999")], false, &[]),
    rules("EE", &[Mask("99999")], false, &[]),
    rules("ES", &[Mask("99999")], false, &[]),
    rules("FI", &[Mask("99999")], false, &[]),
    rules("FR", &[Mask("99999")], false, &[]),
    rules("GB", UNITED_KINGDOM, false, &[]),
    rules("GR", &[Mask("999 99")], false, &[]),
    rules("HR", &[Mask("99999")], false, &[]),
    rules("HU", &[Mask("9999")], false, &[]),
    // Not every address has an Eircode yet.
    CountryRules {
        country: "IE",
        postal_code_required: false,
        postal_codes: &[Mask("A99 ****"), Mask("A9A ****")],
        region_required: false,
        regions: &[],
    },
    rules("IM", &[Mask("AA9 9AA"), Mask("AA99 9AA")], false, &[]),
    rules("IT", &[Mask("99999")], false, &[]),
    rules("LI", &[Mask("9999")], false, &[]),
    rules("LT", &[Mask("LT-99999"), Mask("99999")], false, &[]),
    rules("LU", &[Mask("9999")], false, &[]),
    rules("LV", &[Mask("LV-9999"), Mask("9999")], false, &[]),
    rules("MC", &[Mask("99999")], false, &[]),
    rules("MT", &[Mask("AAA 9999")], false, &[]),
    rules("NL", &[Mask("9999 AA")], false, NETHERLANDS),
    rules("NO", &[Mask("9999")], false, &[]),
    // T-18: the Polish form with a dash, and a province.
    rules("PL", &[Mask("99-999")], true, POLAND),
    rules("PT", &[Mask("9999-999"), Mask("9999")], false, &[]),
    rules("RO", &[Mask("999999")], false, &[]),
    rules("SE", &[Mask("999 99")], false, &[]),
    rules("SI", &[Mask("9999")], false, &[]),
    rules("SK", &[Mask("999 99")], false, SLOVAKIA),
    // As Microsoft does: a ZIP code and a state that is one.
    rules("US", &[Mask("99999"), Mask("99999-9999")], true, UNITED_STATES),
];

const UNITED_KINGDOM: &[Mask] =
    &[Mask("A9 9AA"), Mask("A99 9AA"), Mask("AA9 9AA"), Mask("AA99 9AA"), Mask("A9A 9AA"), Mask("AA9A 9AA")];

const AUSTRIA: &[Region] = &[
    region("1", "Burgenland"),
    region("2", "Kärnten"),
    region("3", "Niederösterreich"),
    region("4", "Oberösterreich"),
    region("5", "Salzburg"),
    region("6", "Steiermark"),
    region("7", "Tirol"),
    region("8", "Vorarlberg"),
    region("9", "Wien"),
];

const BELGIUM: &[Region] = &[
    region("BRU", "Bruxelles / Brussel"),
    region("VAN", "Antwerpen"),
    region("VBR", "Vlaams-Brabant"),
    region("VLI", "Limburg"),
    region("VOV", "Oost-Vlaanderen"),
    region("VWV", "West-Vlaanderen"),
    region("WBR", "Brabant wallon"),
    region("WHT", "Hainaut"),
    region("WLG", "Liège"),
    region("WLX", "Luxembourg"),
    region("WNA", "Namur"),
];

const SWITZERLAND: &[Region] = &[
    region("AG", "Aargau"),
    region("AI", "Appenzell Innerrhoden"),
    region("AR", "Appenzell Ausserrhoden"),
    region("BE", "Bern"),
    region("BL", "Basel-Landschaft"),
    region("BS", "Basel-Stadt"),
    region("FR", "Fribourg"),
    region("GE", "Genève"),
    region("GL", "Glarus"),
    region("GR", "Graubünden"),
    region("JU", "Jura"),
    region("LU", "Luzern"),
    region("NE", "Neuchâtel"),
    region("NW", "Nidwalden"),
    region("OW", "Obwalden"),
    region("SG", "St. Gallen"),
    region("SH", "Schaffhausen"),
    region("SO", "Solothurn"),
    region("SZ", "Schwyz"),
    region("TG", "Thurgau"),
    region("TI", "Ticino"),
    region("UR", "Uri"),
    region("VD", "Vaud"),
    region("VS", "Valais"),
    region("ZG", "Zug"),
    region("ZH", "Zürich"),
];

const CZECHIA: &[Region] = &[
    region("10", "Praha"),
    region("20", "Středočeský kraj"),
    region("31", "Jihočeský kraj"),
    region("32", "Plzeňský kraj"),
    region("41", "Karlovarský kraj"),
    region("42", "Ústecký kraj"),
    region("51", "Liberecký kraj"),
    region("52", "Královéhradecký kraj"),
    region("53", "Pardubický kraj"),
    region("63", "Kraj Vysočina"),
    region("64", "Jihomoravský kraj"),
    region("71", "Olomoucký kraj"),
    region("72", "Zlínský kraj"),
    region("80", "Moravskoslezský kraj"),
];

const GERMANY: &[Region] = &[
    region("BB", "Brandenburg"),
    region("BE", "Berlin"),
    region("BW", "Baden-Württemberg"),
    region("BY", "Bayern"),
    region("HB", "Bremen"),
    region("HE", "Hessen"),
    region("HH", "Hamburg"),
    region("MV", "Mecklenburg-Vorpommern"),
    region("NI", "Niedersachsen"),
    region("NW", "Nordrhein-Westfalen"),
    region("RP", "Rheinland-Pfalz"),
    region("SH", "Schleswig-Holstein"),
    region("SL", "Saarland"),
    region("SN", "Sachsen"),
    region("ST", "Sachsen-Anhalt"),
    region("TH", "Thüringen"),
];

const NETHERLANDS: &[Region] = &[
    region("DR", "Drenthe"),
    region("FL", "Flevoland"),
    region("FR", "Fryslân"),
    region("GE", "Gelderland"),
    region("GR", "Groningen"),
    region("LI", "Limburg"),
    region("NB", "Noord-Brabant"),
    region("NH", "Noord-Holland"),
    region("OV", "Overijssel"),
    region("UT", "Utrecht"),
    region("ZE", "Zeeland"),
    region("ZH", "Zuid-Holland"),
];

const POLAND: &[Region] = &[
    region("02", "Dolnośląskie"),
    region("04", "Kujawsko-pomorskie"),
    region("06", "Lubelskie"),
    region("08", "Lubuskie"),
    region("10", "Łódzkie"),
    region("12", "Małopolskie"),
    region("14", "Mazowieckie"),
    region("16", "Opolskie"),
    region("18", "Podkarpackie"),
    region("20", "Podlaskie"),
    region("22", "Pomorskie"),
    region("24", "Śląskie"),
    region("26", "Świętokrzyskie"),
    region("28", "Warmińsko-mazurskie"),
    region("30", "Wielkopolskie"),
    region("32", "Zachodniopomorskie"),
];

const SLOVAKIA: &[Region] = &[
    region("BC", "Banskobystrický kraj"),
    region("BL", "Bratislavský kraj"),
    region("KI", "Košický kraj"),
    region("NI", "Nitriansky kraj"),
    region("PV", "Prešovský kraj"),
    region("TA", "Trnavský kraj"),
    region("TC", "Trenčiansky kraj"),
    region("ZI", "Žilinský kraj"),
];

const UNITED_STATES: &[Region] = &[
    region("AK", "Alaska"),
    region("AL", "Alabama"),
    region("AR", "Arkansas"),
    region("AZ", "Arizona"),
    region("CA", "California"),
    region("CO", "Colorado"),
    region("CT", "Connecticut"),
    region("DC", "District of Columbia"),
    region("DE", "Delaware"),
    region("FL", "Florida"),
    region("GA", "Georgia"),
    region("HI", "Hawaii"),
    region("IA", "Iowa"),
    region("ID", "Idaho"),
    region("IL", "Illinois"),
    region("IN", "Indiana"),
    region("KS", "Kansas"),
    region("KY", "Kentucky"),
    region("LA", "Louisiana"),
    region("MA", "Massachusetts"),
    region("MD", "Maryland"),
    region("ME", "Maine"),
    region("MI", "Michigan"),
    region("MN", "Minnesota"),
    region("MO", "Missouri"),
    region("MS", "Mississippi"),
    region("MT", "Montana"),
    region("NC", "North Carolina"),
    region("ND", "North Dakota"),
    region("NE", "Nebraska"),
    region("NH", "New Hampshire"),
    region("NJ", "New Jersey"),
    region("NM", "New Mexico"),
    region("NV", "Nevada"),
    region("NY", "New York"),
    region("OH", "Ohio"),
    region("OK", "Oklahoma"),
    region("OR", "Oregon"),
    region("PA", "Pennsylvania"),
    region("RI", "Rhode Island"),
    region("SC", "South Carolina"),
    region("SD", "South Dakota"),
    region("TN", "Tennessee"),
    region("TX", "Texas"),
    region("UT", "Utah"),
    region("VA", "Virginia"),
    region("VT", "Vermont"),
    region("WA", "Washington"),
    region("WI", "Wisconsin"),
    region("WV", "West Virginia"),
    region("WY", "Wyoming"),
];

const CANADA: &[Region] = &[
    region("AB", "Alberta"),
    region("BC", "British Columbia"),
    region("MB", "Manitoba"),
    region("NB", "New Brunswick"),
    region("NL", "Newfoundland and Labrador"),
    region("NS", "Nova Scotia"),
    region("NT", "Northwest Territories"),
    region("NU", "Nunavut"),
    region("ON", "Ontario"),
    region("PE", "Prince Edward Island"),
    region("QC", "Québec"),
    region("SK", "Saskatchewan"),
    region("YT", "Yukon"),
];
