import Telemetry
import ZMQ

/// How a publisher asks for batches again. One replay at most is under way.
extension Publisher {
    private var permitID: UInt64 { UInt64(plan.id) }

    func beginReplay(from number: UInt64) {
        switch replay {
        case .waiting, .postponed: wait(from: number)
        case .running: openReplay(from: number)
        case .none:
            let (id, permitted) = (plan.id, loop.permitted)
            guard loop.permits.take(as: permitID, orThen: { permitted(id) }) else {
                loop.feed.metrics.socketErrors(of: plan.name, during: "replay-capacity").add()
                return wait(from: number)
            }
            startReplay(from: number)
        }
    }

    private func wait(from number: UInt64) {
        replay = .waiting(from: number)
        let permit = Deadline.permit.rawValue
        guard deadlines[permit] == nil else { return }
        deadlines[permit] = loop.now + .milliseconds(config.turnMilliseconds)
    }

    /// Lets live batches wait no longer for the permit, which still comes.
    func postponeReplay() {
        guard case .waiting = replay else { return }
        replay = .postponed
        // The order is to end a replay that has not begun.
        _ = intake?.replayPostponed()
    }

    /// The permit has come for which the replay waited. Without one that waits, it is given on.
    func permitted() {
        switch replay {
        case .waiting(let number): startReplay(from: number)
        case .postponed:
            if case .beginReplay(let number) = intake?.cooledDown() ?? .none {
                startReplay(from: number)
            } else {
                replay = .none
                loop.permits.giveBack()
            }
        case .none, .running: return loop.permits.giveBack()
        }
        settle()
    }

    private func startReplay(from number: UInt64) {
        replay = .running
        deadlines[Deadline.permit.rawValue] = nil
        deadlines[Deadline.replayEnd.rawValue] =
            loop.now + .milliseconds(config.timeoutMilliseconds)
        openReplay(from: number)
    }

    /// Every request has a socket of its own: what is under way of an earlier answer goes with
    /// the earlier socket.
    private func openReplay(from number: UInt64) {
        closeReplay()
        guard let address = plan.replayAddress else { return obey(intake?.replayFailed() ?? .none) }
        do throws(ZMQError) {
            var socket = try ReplaySocket.open(
                address,
                options: loop.feed.config.events.subscriber,
                in: loop.zmq
            )
            try socket.request(from: number)
            try loop.poller.add(socket.descriptor, token: replayToken)
            replaySocket = consume socket
            lastReply = loop.now
            deadlines[Deadline.replayIdle.rawValue] = lastReply + idleTime
            loop.ready.insert(replayToken)
        } catch {
            let operation = error.call == "send" ? "replay-send" : "replay-connect"
            loop.feed.metrics.socketErrors(of: plan.name, during: operation).add()
            obey(intake?.replayStalled() ?? .none)
        }
    }

    private var replayToken: UInt64 { LoopToken.replay(plan.id).rawValue }
    var idleTime: Duration { .milliseconds(config.idleMilliseconds) }

    func closeReplay() {
        deadlines[Deadline.replayIdle.rawValue] = nil
        if let socket = replaySocket.take() { close(socket) }
    }

    private func close(_ socket: consuming ReplaySocket) {
        do throws(ZMQError) {
            try loop.poller.remove(socket.descriptor)
        } catch {
            loop.feed.metrics.socketErrors(of: plan.name, during: error.call).add()
        }
    }

    func endReplay() {
        closeReplay()
        deadlines[Deadline.replayEnd.rawValue] = nil
        leavePermits()
    }

    func leavePermits() {
        switch replay {
        case .none: break
        case .running: loop.permits.giveBack()
        // If a permit is on its way, `permitted` or the loop gives it on.
        case .waiting, .postponed: _ = loop.permits.leave(permitID)
        }
        deadlines[Deadline.permit.rawValue] = nil
        replay = .none
    }

    /// Returns whether more may have arrived.
    func receiveReplay(_ turn: ReceiveTurn) -> Bool {
        defer { settle() }
        guard var socket = replaySocket.take() else { return false }
        var turn = turn
        while !turn.isOver {
            let order: EventIntake.Order
            do throws(ZMQError) {
                guard let received = try socket.receive() else {
                    replaySocket = consume socket
                    return false
                }
                turn.take(socket.byteCount)
                lastReply = loop.now
                order = take(received, from: socket)
            } catch {
                loop.feed.metrics.socketErrors(of: plan.name, during: "replay-recv").add()
                order = intake?.replayStalled() ?? .none
            }
            guard order == .none else {
                close(socket)
                obey(order)
                return false
            }
        }
        replaySocket = consume socket
        return true
    }

    private func take(
        _ received: ReplaySocket.Received,
        from socket: borrowing ReplaySocket
    ) -> EventIntake.Order {
        switch received {
        case .end: return intake?.replayEnded() ?? .none
        case .batch:
            guard let number = socket.number else { return .none }
            let order = intake?.receiveReplay(
                topic: socket.topic,
                number: number,
                payload: socket.payload
            )
            return order ?? .none
        case .malformed:
            loop.feed.metrics.messagesMalformed.add()
            return .none
        }
    }
}
