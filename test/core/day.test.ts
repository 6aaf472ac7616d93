import assert from "node:assert/strict";
import fc from "fast-check";
import { dayOf, daysBetween, isDay } from "../../core/day";

describe("a day", () => {
  it("is one of the calendar, written as year, month and day", () => {
    for (const text of ["2026-11-30", "2028-02-29", "2000-02-29", "1999-12-31"])
      assert.ok(isDay(text), text);
    for (const text of [
      "2026-11-31",
      "2027-02-29",
      "2100-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-1-1",
      "26-11-30",
      "2026-11-30T00:00:00Z",
      " 2026-11-30",
      "2026-11-00",
      "",
    ]) {
      assert.equal(isDay(text), false, text);
    }
  });

  it("counts to another over months, years and leap days", () => {
    assert.equal(daysBetween("2026-11-25", "2026-11-25"), 0);
    assert.equal(daysBetween("2026-11-25", "2026-11-26"), 1);
    assert.equal(daysBetween("2026-11-25", "2026-11-24"), -1);
    assert.equal(daysBetween("2026-11-25", "2027-02-23"), 90);
    assert.equal(daysBetween("2028-02-28", "2028-03-01"), 2);
    assert.equal(daysBetween("2027-02-28", "2027-03-01"), 1);
  });

  it("is that of a moment in UTC, and none of a moment that there is not", () => {
    assert.equal(dayOf(new Date("2026-11-25T23:59:59.999Z")), "2026-11-25");
    assert.equal(dayOf(new Date("2026-11-26T00:00:00Z")), "2026-11-26");
    assert.equal(dayOf(new Date(NaN)), "");
  });

  it("comes as often as there are days", () => {
    const moments = fc.date({
      min: new Date("1971-01-01"),
      max: new Date("2900-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, fc.integer({ min: -5000, max: 5000 }), (moment, days) => {
        const later = new Date(moment.getTime() + days * 86_400_000);
        assert.ok(isDay(dayOf(moment)));
        assert.equal(daysBetween(dayOf(moment), dayOf(later)), days);
      }),
    );
  });
});
