// SPDX-License-Identifier: MIT
/** The way of the power policy state machine through start, idle, wake, sleep and stop (kmdf powerpolicystatemachine.cpp): which states follow one another. */
import type { WdfDevice } from "./device.ts";
import { type PowerPolicyMachineState, powerPolicyStateNumbers } from "./device-states.ts";
import { StateMachine } from "./state-machine.ts";

type State = PowerPolicyMachineState;

/** When the hardware runs again: the states of WakeTriggered, of Disarm, and the one that completes the power-up. */
interface PowerUpWay {
  readonly triggered?: State;
  readonly disarm?: State;
  readonly complete: State;
}
const disarmed = "S0WakeDisarm";
const powerUpWays: Readonly<Partial<Record<State, PowerUpWay>>> = {
  S0NoWakePowerUp: { complete: "S0NoWakeCompletePowerUp" },
  IoPresentArmedWakeCanceled: { disarm: disarmed, complete: "S0WakeCompletePowerUp" },
  WokeFromS0: { triggered: "WokeFromS0NotifyDriver", disarm: disarmed, complete: "S0WakeCompletePowerUp" },
  TimerExpiredWakeCompletedPowerUp: { disarm: "TimerExpiredWakeCompletedHardwareStarted", complete: "S0WakeCompletePowerUp" },
  SystemWakeDeviceToD0: { complete: "SystemWakeDeviceToD0CompletePowerUp" },
  SystemWakeDeviceWakeEnabledWakeCanceled: { disarm: "SystemWakeDeviceWakeDisarm", complete: "SystemWakeDeviceWakeCompletePowerUp" },
  SystemWakeDeviceWakeTriggeredS0: { triggered: "SystemWakeDeviceWokeDisarm", complete: "SystemWakeDeviceWakeCompletePowerUp" },
  CancelingWakeForSystemSleepWakeCanceled: { complete: "DisarmingWakeForSystemSleepCompletePowerUp" },
  SystemSleepNeedWake: { complete: "SystemSleepNeedWakeCompletePowerUp" },
};
/** States after which the device sleeps instead of being started. */
const sleepsNext: readonly State[] = ["DisarmingWakeForSystemSleepCompletePowerUp", "SystemSleepNeedWakeCompletePowerUp"];

export class PowerPolicyStates {
  readonly machine: StateMachine<State>;
  readonly #device: WdfDevice;

  constructor(device: WdfDevice) {
    this.#device = device;
    this.machine = new StateMachine<State>(device, "powerPolicy", powerPolicyStateNumbers, "ObjectCreated");
  }

  starting(): void {
    this.#wait(this.machine.is("Stopped") ? "Restarting" : "Starting");
  }

  started(): void {
    if (this.machine.is("Starting")) this.machine.enter("StartingPoweredUp");
    this.machine.enter("StartingSucceeded");
    this.#decide();
  }

  startFailed(): void {
    this.#wait(this.machine.is("Restarting") ? "RestartingFailed" : "StartingFailed");
  }

  /** WdfDeviceAssignS0IdleSettings has changed what the device does when it is idle. */
  settingsChanged(): void {
    if (this.machine.is("StartedIdleCapable", "StartedWakeCapable")) this.machine.enter("StartedCancelTimer");
    else if (!this.machine.is("Started")) return;
    this.#decide();
  }

  /** The idle time-out has passed and the Dx request is on its way. */
  idle(withWake: boolean): void {
    if (withWake) this.#wait("WakeCapableDeviceIdle", "TimerExpiredDecideUsbSS", "TimerExpiredWakeCapablePowerDown");
    else this.#wait("IdleCapableDeviceIdle", "TimerExpiredNoWake");
  }

  /** The queues have stopped; a device to be armed sends its wait/wake request. */
  ioStopped(): void {
    if (this.machine.is("TimerExpiredNoWake")) this.#wait("TimerExpiredNoWakeCompletePowerDown");
    else if (this.machine.is("SleepingNoWakePowerDown")) this.#wait("SleepingNoWakeCompletePowerDown");
    else if (this.machine.is("TimerExpiredWakeCapablePowerDown")) this.machine.enter("TimerExpiredWakeCapableSendWake");
    else if (this.machine.is("SleepingWakePowerDown")) this.machine.enter("SleepingSendWake");
  }

  /** The wait/wake request has arrived; the Arm callback is called in this state. */
  arming(): void {
    if (this.machine.is("TimerExpiredWakeCapableSendWake")) this.machine.enter("TimerExpiredWakeCapableWakeArrived");
    else this.machine.enter("CheckPowerPageable", "SleepingWakeWakeArrived");
  }

  /** Sx: the Disarm callback is called in this state. */
  reverting(): void {
    this.machine.enter("SleepingWakeRevertArmWake");
  }

  armFailed(): void {
    if (this.machine.is("TimerExpiredWakeCapableWakeArrived")) this.machine.enter("TimerExpiredWakeCapableCancelWake", "TimerExpiredWakeCapableWakeCanceled");
    if (this.machine.is("TimerExpiredWakeCapableWakeCanceled", "TimerExpiredWakeCapableSendWake"))
      this.#wait("TimerExpiredWakeCapableCleanup", "TimerExpiredWakeCompletedPowerDown");
    else this.#wait(...(this.machine.is("SleepingWakeRevertArmWake") ? (["SleepingWakeCancelWake"] as const) : []), "SleepingNoWakeCompletePowerDown");
  }

  /** Dx is reached. */
  poweredDown(): void {
    if (this.machine.is("TimerExpiredNoWakeCompletePowerDown")) this.#wait("WaitingUnarmed");
    else if (this.machine.is("TimerExpiredWakeCapableWakeArrived")) this.#wait("WaitingArmedUsbSS", "WaitingArmedQueryIdle", "WaitingArmed");
    else if (this.machine.is("TimerExpiredWakeCompletedPowerDown"))
      this.#wait("TimerExpiredWakeCompletedPowerDownCheckDirected", "TimerExpiredWakeCompletedPowerUp");
    else if (this.machine.is("SleepingNoWakeCompletePowerDown")) this.#wait("SystemAsleepNoWake");
    else if (this.machine.is("SleepingWakeWakeArrived")) this.#wait("SystemAsleepWakeArmed");
    else if (this.machine.is("Stopping")) this.#wait("StoppingSendStatus", "Stopped");
  }

  /** An idle device is to return to D0: for I/O, or because it has woken itself. */
  returning(isWoken: boolean): void {
    if (this.machine.is("WaitingUnarmed")) this.#wait("WaitingUnarmedQueryIdle", "S0NoWakePowerUp");
    else if (this.machine.is("WaitingArmed") && isWoken) this.#wait("WaitingArmedWakeSucceededCancelUsbSS", "WokeFromS0");
    else if (this.machine.is("WaitingArmed"))
      this.#wait("WaitingArmedQueryIdle", "WaitingArmedIoPresentCancelUsbSS", "IoPresentArmed", "IoPresentArmedWakeCanceled");
  }

  /** The hardware runs again; `triggered` and `disarm` call the driver, in the states of these calls. */
  hardwareStarted(triggered: () => void, disarm: () => void): void {
    const way = powerUpWays[this.machine.state];
    if (way?.triggered !== undefined) this.machine.enter(way.triggered);
    triggered();
    if (way?.disarm !== undefined) this.machine.enter(way.disarm);
    if (way !== undefined && way.disarm === undefined && way.triggered === undefined) this.machine.enter(way.complete);
    disarm();
    if (way !== undefined && !this.machine.is(way.complete)) this.machine.enter(way.complete);
    this.machine.settle();
  }

  poweredUp(): void {
    const isReturn = Object.values(powerUpWays).some(({ complete }) => this.machine.is(complete));
    if (isReturn && !sleepsNext.includes(this.machine.state)) this.#decide();
  }

  /** An idle device has to be in D0 before the system sleeps. */
  risingForSleep(): void {
    if (this.machine.is("WaitingArmed")) this.#wait("CancelingUsbSSForSystemSleep", "CancelingWakeForSystemSleep", "CancelingWakeForSystemSleepWakeCanceled");
    else if (this.machine.is("WaitingUnarmed")) this.#wait("SystemSleepFromDeviceWaitingUnarmed", "SystemSleepNeedWake");
  }

  /** An idle device stays in Dx while the system sleeps. */
  sleepingInDx(): void {
    if (this.machine.is("WaitingUnarmed")) this.#wait("SystemSleepFromDeviceWaitingUnarmed", "SystemAsleepNoWake");
  }

  sleeping(withWake: boolean): void {
    if (this.machine.is("StartedIdleCapable")) this.machine.enter("StartedIdleCapableCancelTimerForSleep", "StartedIdleCapableTimerCanceledForSleep");
    else if (this.machine.is("StartedWakeCapable")) this.machine.enter("StartedWakeCapableCancelTimerForSleep", "StartedWakeCapableTimerCanceledForSleep");
    this.#wait("Sleeping", withWake ? "SleepingWakePowerDown" : "SleepingNoWakePowerDown");
  }

  /** The device has woken the system. */
  wokeSystem(): void {
    if (this.machine.is("SystemAsleepWakeArmed")) this.#wait("SystemWakeDeviceWakeTriggered");
  }

  /** The system is in S0 again. */
  resuming(staysDown: boolean): void {
    if (this.machine.is("SystemWakeDeviceWakeTriggered")) this.#wait("SystemWakeDeviceWakeTriggeredS0");
    else if (this.machine.is("SystemAsleepWakeArmed")) this.#wait("SystemWakeDeviceWakeEnabled", "SystemWakeDeviceWakeEnabledWakeCanceled");
    else if (this.machine.is("SystemAsleepNoWake"))
      this.#wait("SystemWakeDeviceWakeDisabled", ...(staysDown ? (["SystemWakeQueryIdle", "WaitingUnarmed"] as const) : (["SystemWakeDeviceToD0"] as const)));
  }

  /** The device is stopped, removed, or has gone. */
  stopping(): void {
    if (this.machine.is("WaitingArmed")) this.machine.enter("WaitingArmedStoppingCancelUsbSS", "StoppingCancelWake");
    else if (this.machine.is("StartedIdleCapable", "StartedWakeCapable", "WaitingUnarmed")) this.machine.enter("StoppingCancelTimer");
    if (!this.machine.is("ObjectCreated", "Stopped", "Removed", "StartingFailed", "RestartingFailed")) this.#wait("Stopping");
  }

  removed(): void {
    if (this.machine.is("Stopping")) this.#wait("StoppingSendStatus", "Stopped");
    if (this.machine.is("Removed")) return;
    if (this.machine.is("Stopped")) this.machine.enter("StoppedRemoving");
    this.#wait("Removed");
  }

  #decide(): void {
    const { idle } = this.#device;
    this.#wait("StartingDecideS0Wake", idle.isEnabled ? (idle.wakesFromS0 ? "StartedWakeCapable" : "StartedIdleCapable") : "Started");
  }

  /** Through these states; in the last one the machine waits. */
  #wait(...states: readonly State[]): void {
    this.machine.enter(...states);
    this.machine.settle();
  }
}
