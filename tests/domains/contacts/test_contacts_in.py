"""How contacts come in: in bulk, checked row by row."""

import io
from typing import Any

import msgspec
import pytest
from tests.domains import campaigning
from tests.domains.campaigning import act, claim, create, get
from tests.domains.worlds import DIGESTS, SCRIPT, World, make_world, people, phone

from vinfer.domains.campaigns import service
from vinfer.domains.campaigns.schemas import ContactsBody
from vinfer.domains.contacts import reading
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.schemas import DncBody, DncEntry, Intake
from vinfer.kit.db import Database
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound
from vinfer.kit.page import PageQuery
from vinfer.media.script import parsing


async def add_csv(world: World, campaign_id: str, text: str | bytes) -> Intake:
    data = text if isinstance(text, bytes) else text.encode()
    async with world.db.begin() as tx:
        return await service.add_contacts_csv(
            tx, world.actor, campaign_id, io.BytesIO(data), digests=DIGESTS, now=world.now
        )


async def test_ten_thousand_contacts(world: World):
    campaign = await create(world, 10_000)
    assert campaign.progress.total == campaign.progress.pending == 10_000
    first, last = await world.rows(
        "select phone, name, variables, position from contacts"
        " where position in (1, 10000) order by position"
    )
    assert (first["phone"], first["name"]) == (phone(0), "P0")
    assert (last["phone"], last["variables"]) == (phone(9_999), {"amount": 10_099})


async def test_a_wrong_contact_is_named_by_its_place(world: World):
    rows = [
        *people(2),
        {"phone": "12345", "amount": 1},
        {"phone": phone(3), "name": "N"},
        {"amount": "many", "phone": "+911234"},
        {"phone": phone(5), "name": 7, "amount": 1},
    ]
    with pytest.raises(InvalidParameter) as refused:
        await create(world, contacts=rows)
    details = refused.value.details
    assert (details["field"], details["provided"]) == ("contacts[2].phone", "12345")
    assert [it["field"] for it in details["errors"]] == [
        "contacts[3].amount",
        "contacts[4].phone",
        "contacts[4].amount",
        "contacts[5].name",
    ]
    assert await world.val("select count(*) from campaigns") == 0


async def test_doubles_are_accepted_unless_refused(world: World):
    doubled = [*people(2), *people(1)]
    assert (await create(world, contacts=doubled)).progress.total == 3
    with pytest.raises(InvalidParameter) as refused:
        await create(world, contacts=doubled, dedupe="reject")
    assert refused.value.details["field"] == "contacts[2].phone"
    assert "contacts[0]" in refused.value.details["expected"]


async def test_any_other_field_is_kept_and_a_missing_name_is_none(world: World):
    extra = {"phone": phone(0), "amount": 5, "city": "Pune", "nested": {"a": [1]}, "vip": True}
    await create(world, contacts=[extra])
    (row,) = await world.rows("select name, variables from contacts")
    assert row["name"] is None
    assert row["variables"] == {"amount": 5, "city": "Pune", "nested": {"a": [1]}, "vip": True}


async def test_a_csv_gives_its_good_rows_and_the_reasons_of_the_others(world: World):
    campaign = await create(world, 1)
    text = (
        "\ufeffphone,name,amount,city\r\n"
        f'{phone(1)},"Rao, Asha","5,200",Pune\r\n'
        "98,Short,1,\r\n"
        f"{phone(2)},No amount,,Pune\r\n"
        "\r\n"
        f"{phone(3)},Too,1,many,cells\r\n"
        f'{phone(4)},"two\nlines",7,\r\n'
    )
    intake = await add_csv(world, campaign.id, text)
    assert intake.accepted == 2
    assert [row.row for row in intake.rejected] == [3, 4, 6]
    assert [it.reason.split()[0] for it in intake.rejected] == ["'phone'", "'amount'", "has"]
    rows = await world.rows("select name, variables, position from contacts order by position")
    assert [row["position"] for row in rows] == [1, 2, 3]
    assert rows[1]["name"] == "Rao, Asha"
    assert rows[1]["variables"] == {"amount": 5200, "city": "Pune"}
    assert rows[2]["name"] == "two\nlines"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number,name\n1,2\n",
        "phone,phone\n",
        b"\xff\xfe\x00",
        "phone" + ",x" * 300,
        '"phone\n',
        '"phone"x\n',
        b"phone,\xff\n+919810000001,1\n",
        "phone,a\0b\n+919810000001,1\n",
        "phone," + "x" * 300 + "\n+919810000001,1\n",
    ],
)
def test_a_file_without_a_good_header_is_refused(text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InvalidParameter) as refused:
        list(reading.csv_rows(io.BytesIO(data)))
    assert refused.value.details["field"] == "body"
    assert msgspec.json.encode(refused.value.details)  # what goes back can be written


async def test_rows_of_a_broken_csv_are_refused_one_by_one(world: World):
    campaign = await create(world, 1)
    data = b"phone,amount,city\n" + f"{phone(1)},1,".encode() + b"\xff\xfe\n"
    data += f"{phone(2)},1,a\0b\n".encode() + f"{phone(3)},1,ok\n".encode()
    intake = await add_csv(world, campaign.id, data)
    assert (intake.accepted, [row.row for row in intake.rejected]) == (1, [2, 3])


async def test_many_bad_rows_are_counted_and_the_first_thousand_shown(world: World):
    campaign = await create(world, 1)
    intake = await add_csv(world, campaign.id, "phone\n" + "1\n" * 2_500)
    assert (intake.accepted, intake.rejected_total, len(intake.rejected)) == (0, 2_500, 1_000)


async def test_json_rows_are_reported_the_same_way(world: World):
    campaign = await create(world, 1)
    body = ContactsBody(contacts=[*people(1, first=5), {"phone": "x", "amount": 1}])
    async with world.db.begin() as tx:
        intake = await service.add_contacts(
            tx, world.actor, campaign.id, body, digests=DIGESTS, now=world.now
        )
    assert (intake.accepted, intake.rejected[0].row) == (1, 2)


async def test_contacts_join_a_running_campaign_but_no_final_one(world: World):
    campaign = await campaigning.running(world, 1)
    await claim(world)
    await add_csv(world, campaign.id, f"phone,amount\n{phone(7)},3\n")
    assert [call.phone for call in await claim(world)] == [phone(7)]
    await act(world, campaign.id, "stop")
    with pytest.raises(InvalidState):
        await add_csv(world, campaign.id, f"phone,amount\n{phone(8)},3\n")
    assert (await get(world, campaign.id)).progress.total == 2


async def dnc_page(world: World, **query: Any):
    async with world.db.read() as conn:
        return await contacts.list_dnc(conn, world.actor, PageQuery(**query))


async def add_dnc(world: World, **fields: Any):
    async with world.db.begin() as tx:
        return await contacts.add_dnc(tx, world.actor, DncBody(**fields), world.now)


async def test_the_list_of_phones_that_are_never_called(world: World, db: Database):
    other = await make_world(db)
    entry = await add_dnc(world, phone=phone(1), reason="complaint")
    assert isinstance(entry, DncEntry)
    world.later(minutes=1)
    again = await add_dnc(world, phone=phone(1), reason="other")
    assert again == entry
    intake = await add_dnc(world, phones=[phone(2), phone(3), "nonsense"])
    assert isinstance(intake, Intake)
    assert (intake.accepted, intake.rejected[0].row) == (2, 3)
    first = await dnc_page(world, limit=2)
    assert (first.total, [it.phone for it in first.data]) == (3, [phone(3), phone(2)])
    rest = await dnc_page(world, limit=2, cursor=first.next_cursor)
    assert ([it.phone for it in rest.data], rest.next_cursor) == ([phone(1)], None)
    assert (await dnc_page(other)).total == 0
    async with db.begin() as tx:
        with pytest.raises(NotFound):
            await contacts.remove_dnc(tx, other.actor, phone(1), DIGESTS)
        await contacts.remove_dnc(tx, world.actor, phone(1), DIGESTS)
        with pytest.raises(NotFound):
            await contacts.remove_dnc(tx, world.actor, phone(1), DIGESTS)


async def test_a_list_of_phones_by_csv_has_its_own_reasons(world: World):
    rows = contacts.csv_rows(io.BytesIO(f"phone,reason\n{phone(1)},court\n{phone(2)},\n".encode()))
    async with world.db.begin() as tx:
        intake = await contacts.add_dnc_rows(tx, world.actor, rows, reason="upload", now=world.now)
    assert intake.accepted == 2
    found = {it.phone: it.reason for it in (await dnc_page(world)).data}
    assert found == {phone(1): "court", phone(2): "upload"}


@pytest.mark.parametrize("fields", [{}, {"phone": phone(1), "phones": [phone(2)]}])
async def test_one_phone_or_many_but_not_both(world: World, fields: dict[str, Any]):
    with pytest.raises(InvalidParameter):
        await add_dnc(world, **fields)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("phone,amount\n".encode("utf-16"), "UTF-16"),
        ("phone,amount\n".encode("utf-16-be"), "UTF-8 text"),
        ("phone,naïve\n".encode("latin-1"), "UTF-8 text"),
        (b"phone,amount,city,amount\n", "'amount' stands twice"),
        (b"phone;amount\n", "comma-separated"),
        (b"Phone,amount\n", "a 'phone' column"),
        (b"phone" + b",x" * 300, "'x' stands twice"),
        (b"phone," + b",".join(b"x%d" % n for n in range(300)), "at most 200 columns"),
    ],
)
def test_a_header_is_refused_in_words_that_help(data: bytes, words: str):
    with pytest.raises(InvalidParameter) as refused:
        list(reading.csv_rows(io.BytesIO(data + f"{phone(1)},1\n".encode())))
    assert words in refused.value.details["expected"]


async def test_each_bad_cell_has_its_reason_and_the_good_rows_are_taken(world: World):
    campaign = await create(world, 0)
    rows = [
        b"\xef\xbb\xbfphone,name,amount,city,,",  # as spreadsheets save it
        f'{phone(1)}, Asha ,"1,200",Pune,,'.encode(),
        phone(2).encode() + b",Jos\xe9,1,x",  # Latin-1
        phone(3).encode() + b",N,1,a\0b",
        phone(4).encode() + b",N,1," + b"x" * 10_001,
        phone(5).encode() + b",N,1,x,,,,,surplus",
        phone(6).encode() + b",,many,x",
        phone(7).encode() + b",N,,x",
        b"12345,N,1,x",
        b",,,,,",
        b"",
        f'{phone(8)},"two\nlines",3.5,"say ""hi"""'.encode(),
        f"{phone(9)},N,7".encode(),
    ]
    intake = await add_csv(world, campaign.id, b"\r\n".join(rows))
    assert [(it.row, it.reason) for it in intake.rejected] == [
        (3, "a cell is not UTF-8 text"),
        (4, "a cell holds a NUL character"),
        (5, "a cell has more than 10000 characters"),
        (6, "has 9 cells; the header has 6"),
        (7, "'amount' must be a number"),
        (8, "'amount' must be present: the script needs this number"),
        (9, "'phone' must be E.164 format, e.g. +919876543210"),
    ]
    assert (intake.accepted, intake.rejected_total) == (3, 7)
    found = await world.rows("select phone, name, variables from contacts order by position")
    assert [(it["phone"], it["name"], it["variables"]) for it in found] == [
        (phone(1), "Asha", {"amount": 1200, "city": "Pune"}),
        (phone(8), "two\nlines", {"amount": 3.5, "city": 'say "hi"'}),
        (phone(9), "N", {"amount": 7}),
    ]


async def test_an_open_quote_ends_the_reading_and_says_so(world: World):
    campaign = await create(world, 0)
    text = f'phone,amount\n{phone(1)},1\n{phone(2)},"2\n{phone(3)},3\n'
    intake = await add_csv(world, campaign.id, text)
    assert intake.accepted == 1
    (broken,) = intake.rejected
    assert broken.row == 3
    assert "the rest of the file was not read" in broken.reason


async def test_a_refused_file_leaves_no_contact_behind(world: World):
    campaign = await create(world, 1)
    await act(world, campaign.id, "stop")
    with pytest.raises(InvalidState):
        await add_csv(world, campaign.id, f"phone,amount\n{phone(7)},3\n")
    with pytest.raises(NotFound):
        await add_csv(world, "cmp_none", f"phone,amount\n{phone(7)},3\n")
    assert await world.val("select count(*) from contacts") == 1


def test_cells_are_read_by_their_declared_types():
    script = parsing.parse(
        SCRIPT
        | {
            "variables": {
                "amount": {"type": "number"},
                "vip": {"type": "boolean"},
                "due": {"type": "date"},
                "note": {},
            }
        }
    )
    cells = {"phone": phone(1), "amount": "₹ 5,200", "vip": "Yes", "due": "05/03/2026"}
    given = reading.Cells(cells | {"note": "12", "other": "007"})
    assert reading.typed(given, script) == {
        "phone": phone(1),
        "amount": 5200,
        "vip": True,
        "due": "05/03/2026",
        "note": "12",
        "other": "007",
    }
    wrong = reading.typed(reading.Cells(phone=phone(1), vip="perhaps", amount="1e999"), script)
    problems = reading.read(wrong, script)
    assert isinstance(problems, list)
    assert [(it.field, it.expected) for it in problems] == [
        ("amount", "a number"),
        ("vip", "a boolean"),
    ]
