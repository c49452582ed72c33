import Testing

@testable import Syncer

@Suite struct CoalescingTests {
    private let start = ContinuousClock.now
    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start.advanced(by: .milliseconds(milliseconds)) }

    @Test("nothing is due while nothing waits")
    func idle() {
        #expect(Coalescing().due == nil)
    }

    @Test("the first event after a quiet time is due at once")
    func first() {
        var coalescing = Coalescing()
        coalescing.arrived(at(0))
        #expect(coalescing.due == at(0))
        coalescing.ran(at(0))
        #expect(coalescing.due == nil)
        coalescing.arrived(at(100))
        #expect(coalescing.due == at(100))
    }

    @Test("an event just after a run waits for the end of its burst")
    func burst() {
        var coalescing = Coalescing(quiet: .milliseconds(5), limit: .milliseconds(50))
        coalescing.ran(at(0))
        coalescing.arrived(at(2))
        #expect(coalescing.due == at(7))
        coalescing.arrived(at(6))
        #expect(coalescing.due == at(11))
    }

    @Test("a burst that does not end waits no longer than the limit")
    func limit() {
        var coalescing = Coalescing(quiet: .milliseconds(5), limit: .milliseconds(50))
        coalescing.ran(at(0))
        for time in stride(from: 1, to: 60, by: 4) { coalescing.arrived(at(time)) }
        #expect(coalescing.due == at(51))
    }
}
