import CommandLineArguments
import Glibc
import Synchronization

/// Shows on standard error how far a run has come: a bar that stays on its line on a terminal,
/// elsewhere a line for each tenth.
final class ProgressDisplay: Sendable {
    enum Mode: String, OptionWord { case auto, always, never }

    private let total: Int
    private let isShown: Bool
    private let isBar: Bool
    private let shownStep = Mutex(0)

    init(total: Int, mode: Mode) {
        self.total = max(1, total)
        isShown = mode != .never
        isBar = mode == .always || isatty(2) == 1
    }

    func show(_ done: Int) {
        guard isShown else { return }
        let stepCount = isBar ? 200 : 10
        let step = done * stepCount / total
        shownStep.withLock { shown in
            guard step > shown else { return }
            shown = step
            write(isBar ? bar(done) : "\(done) of \(total) requests\n")
        }
    }

    private func bar(_ done: Int) -> String {
        let width = 40
        let filled = min(width, done * width / total)
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled)
        return "\r[\(bar)] \(done)/\(total)" + (done >= total ? "\n" : "")
    }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { unsafe _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
