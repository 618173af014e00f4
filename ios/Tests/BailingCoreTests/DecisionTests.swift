import XCTest
@testable import BailingCore

final class DecisionTests: XCTestCase {
    func testAQuotaAndItsReasonsAreRead() throws {
        let decision = try Decision(json: """
        {"verdict": "accepted", "images": [], "findings": [], "quota_before": 20000,
         "quota": {"quota": 50000, "before": 20000, "uplift": 30000, "unused": [],
                   "reasons": [{"code": "invoiced_turnover", "amount": 30000, "facts": ["f-1"],
                                "text": {"zh": "发票流水", "en": "Invoices"}}],
                   "next_tasks": [{"kind": "waybill", "expected_gain": 8000, "effort": 2,
                                   "text": {"zh": "运单", "en": "A waybill"}}]}}
        """)
        XCTAssertEqual(decision.quotaBefore, 20_000)
        XCTAssertEqual(decision.quota.reasons.map(\.amount), [30_000])
        XCTAssertEqual(decision.quota.reasons[0].text.text(in: .chinese), "发票流水")
        XCTAssertEqual(decision.quota.nextTasks[0].expectedGain, 8_000)
    }

    func testAnythingElseIsMalformed() {
        for json in ["", "[]", "{}", #"{"quota_before": -1}"#] {
            XCTAssertThrowsError(try Decision(json: json)) { error in
                XCTAssertEqual((error as? BailingError)?.code, "answer_malformed")
            }
        }
    }
}
