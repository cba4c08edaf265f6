use super::*;

const COLUMNS: [Column; 4] = [
    Column::new("NAME", 0, 24),
    Column::new("ACCOUNT", 2, 8),
    Column::new("REGION", 3, 9),
    Column::new("STATE", 1, 5),
];

fn shown(rows: &[[&str; 4]], within: Option<usize>) -> String {
    let mut table = Table::new(&COLUMNS);
    for cell in rows.iter().flatten() {
        table.cell(cell);
    }
    text(&table, within, false)
}

fn text(table: &Table, within: Option<usize>, colour: bool) -> String {
    let mut out = String::new();
    table
        .write(within, colour, |text| {
            out.push_str(text);
            Ok(())
        })
        .unwrap();
    out
}

#[test]
fn at_a_pipe_nothing_is_dropped_or_cut() {
    let rows = [
        ["dev", "acme-dev", "eu-west-1", "ended"],
        ["production.AdministratorAccess", "", "", "valid"],
    ];
    assert_eq!(
        shown(&rows, None),
        "NAME                            ACCOUNT   REGION     STATE\n\
         dev                             acme-dev  eu-west-1  ended\n\
         production.AdministratorAccess                       valid\n"
    );
    assert_eq!(shown(&[], None), "", "no rows, no heading");
    let narrow = [["dev", "", "", "ended"]];
    assert_eq!(
        shown(&narrow, None),
        "NAME  STATE\ndev   ended\n",
        "no empty columns"
    );
}

#[test]
fn the_least_useful_columns_go_first_and_then_cells_are_cut() {
    let rows = [[
        "production.AdministratorAccess",
        "acme-production",
        "eu-west-1",
        "ended",
    ]];
    for (within, expected) in [
        (
            70,
            "NAME                            ACCOUNT          REGION     STATE\n\
             production.AdministratorAccess  acme-production  eu-west-1  ended\n",
        ),
        (
            58,
            "NAME                            ACCOUNT   REGION     STATE\n\
             production.AdministratorAccess  acme-pr…  eu-west-1  ended\n",
        ),
        (
            40,
            "NAME                            STATE\n\
             production.AdministratorAccess  ended\n",
        ),
        (
            26,
            "NAME\n\
             production.AdministratorA…\n",
        ),
        (4, "NAME\npro…\n"),
        (1, "…\n…\n"),
    ] {
        let text = shown(&rows, Some(within));
        assert!(
            text.lines().all(|line| width(line) <= within),
            "{within}\n{text}"
        );
        assert_eq!(text, expected, "{within}");
    }
}

#[test]
fn wide_letters_and_marks_align() {
    let rows = [
        ["本番環境", "e\u{301}te\u{301}", "🚀", "ended"],
        ["dev", "x", "y", "valid"],
    ];
    assert_eq!(
        shown(&rows, Some(40)),
        "NAME      ACCOUNT  REGION  STATE\n\
         本番環境  e\u{301}te\u{301}      🚀      ended\n\
         dev       x        y       valid\n"
    );
    let cut = shown(
        &[["本番環境本番環境本番環境本番", "", "", "ended"]],
        Some(31),
    );
    assert_eq!(
        cut,
        "NAME                      STATE\n\
         本番環境本番環境本番環…   ended\n"
    );
}

#[test]
fn control_characters_are_replaced() {
    let text = shown(&[["a\x1b[31mb\nc", "", "", ""]], None);
    assert_eq!(text, "NAME\na\u{fffd}[31mb\u{fffd}c\n");
}

#[test]
fn colour_marks_the_cell_and_not_the_blanks() {
    let mut table = Table::new(&COLUMNS);
    for (style, cell) in [
        (Some(Style::Red), "prod"),
        (None, ""),
        (None, "r"),
        (Some(Style::Yellow), "ended"),
    ] {
        table.styled(style, cell);
    }
    assert_eq!(
        text(&table, None, true),
        "\x1b[2mNAME\x1b[0m  \x1b[2mREGION\x1b[0m  \x1b[2mSTATE\x1b[0m\n\
         \x1b[31mprod\x1b[0m  r       \x1b[33mended\x1b[0m\n"
    );
}
