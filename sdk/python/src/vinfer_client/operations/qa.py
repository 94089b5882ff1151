"""Operations on `/qa`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class QaOperations(Transport):
    """Methods are named as the operations are."""

    def show_agreement(self, *, scorecard_id: str | None = None) -> t.Agreement:
        """How far machine and people agree, for each parameter, and whether it has got worse."""
        return self.request("GET", "/v1/qa/agreement", query={"scorecard_id": scorecard_id})

    def list_results(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        scorecard_id: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        passed: bool | None = None,
        needs_review: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> t.ResultPage:
        """Results without their parameters, newest first."""
        return self.request(
            "GET",
            "/v1/qa/results",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "scorecard_id": scorecard_id,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "passed": passed,
                "needs_review": needs_review,
                "from": from_,
                "to": to,
            },
        )

    def all_results(
        self,
        *,
        scorecard_id: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        passed: bool | None = None,
        needs_review: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Iterator[t.Result]:
        """Every row of `list_results`, page after page."""
        return self.walk(
            "/v1/qa/results",
            {
                "scorecard_id": scorecard_id,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "passed": passed,
                "needs_review": needs_review,
                "from": from_,
                "to": to,
            },
        )

    def get_result(self, id: str) -> t.ResultDetail:
        """A result: every parameter with its evidence, and what a person has put right."""
        return self.request("GET", f"/v1/qa/results/{quote(id, safe='')}")

    def override_result(
        self, id: str, body: t.OverrideBody, *, idempotency_key: str | None = None
    ) -> t.ResultDetail:
        """Put a person's word beside the machine's; the totals are computed anew."""
        return self.request(
            "POST",
            f"/v1/qa/results/{quote(id, safe='')}/override",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_scorecards(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.ScorecardPage:
        """Scorecards at their newest versions, newest first."""
        return self.request(
            "GET", "/v1/qa/scorecards", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_scorecards(self) -> Iterator[t.Scorecard]:
        """Every row of `list_scorecards`, page after page."""
        return self.walk("/v1/qa/scorecards", {})

    def create_scorecard(
        self, body: t.ScorecardBody, *, idempotency_key: str | None = None
    ) -> t.Scorecard:
        """Publish a scorecard; with a `scope` it scores calls by itself."""
        return self.request("POST", "/v1/qa/scorecards", body=body, idempotency_key=idempotency_key)

    def get_scorecard(self, id: str) -> t.Scorecard:
        """A scorecard at its newest version."""
        return self.request("GET", f"/v1/qa/scorecards/{quote(id, safe='')}")

    def change_scorecard(self, id: str, body: t.ScorecardPatch) -> t.Scorecard:
        """Publish a new version; results keep the one that they were made with."""
        return self.request("PATCH", f"/v1/qa/scorecards/{quote(id, safe='')}", body=body)

    def delete_scorecard(self, id: str) -> None:
        """Delete a scorecard that no unfinished job names; its results stay."""
        self.request("DELETE", f"/v1/qa/scorecards/{quote(id, safe='')}")
