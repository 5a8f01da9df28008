// SPDX-License-Identifier: Apache-2.0
import dynamic from "next/dynamic";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { planOf, visible } from "@/lib/conversation";
import { type Key, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { mayAs } from "@/lib/types";
import { Deaf, EarsSwitch } from "./Ears";
import { Listening, MicrophoneTools } from "./MicrophoneTools";
import { PlanSteps } from "./PlanSteps";

// Three.js is a large part of the page, and none of it is needed before the face is there.
const Face = dynamic(() => import("./Face").then((found) => found.Face), { ssr: false });

export function Talk() {
  return (
    <div className="talk">
      <Presence />
      <Conversation />
    </div>
  );
}

/** The face, what it is doing, and the words that are being said. */
function Presence() {
  const t = useTexts();
  const mode = useStore((state) => state.mode);
  const caption = useStore((state) => state.caption);
  const speaking = useStore((state) => state.speaking);
  const stopped = useStore((state) => state.safety?.stopped ?? false);
  // Whether it is stopped the gate says, not the face: the face hears of it later, and tells nothing while it starts.
  const shown = stopped ? "stopped" : speaking ? "speaking" : mode === "stopped" ? "idle" : mode;
  const known = ["idle", "muted", "listening", "thinking", "speaking", "stopped"].includes(shown);
  return (
    <section className="presence" aria-label={t("face")}>
      <div className="seen">
        <Face />
        <p className={`mode ${shown}`}>{known ? t(`mode_${shown}` as Key) : shown}</p>
        <EarsSwitch />
        {caption === null ? null : <p className="caption"><b>{caption.who === "tektra" ? "" : "“"}</b>{caption.text}</p>}
      </div>
      <Deaf />
    </section>
  );
}

function Conversation() {
  const t = useTexts();
  const all = useStore((state) => state.entries);
  const entries = useMemo(() => visible(all), [all]);
  const plans = useStore((state) => state.plans);
  const question = useStore((state) => state.question);
  const role = useStore((state) => state.account?.role);
  const list = useRef<HTMLOListElement>(null);
  const may = mayAs(role, "guest");

  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const toTheEnd = () => element.scrollTo({ top: element.scrollHeight });
    toTheEnd();
    // A stop's banner or a keyboard takes of its height: what is newest stays in sight.
    const watching = new ResizeObserver(toTheEnd);
    watching.observe(element);
    return () => watching.disconnect();
  }, [entries, plans, question]);

  return (
    <section className="conversation" aria-label={t("talk")}>
      <ol ref={list} tabIndex={0} aria-label={t("conversations")}>
        {entries.length === 0 ? <Welcome /> : null}
        {entries.map((entry, index) => {
          const plan = entry.who === "tektra" ? planOf(entry, plans) : undefined;
          return (
            <li key={entry.key} className={`${entry.who} ${entry.outcome ?? ""}`}>
              <span className="unseen">{t(entry.who === "me" ? "me" : entry.who === "room" ? "room" : "tektra")}: </span>
              {entry.who === "room" ? <small aria-hidden="true">{t("room")}</small> : null}
              <p>{entry.text}{entry.writing ? <i className="writing" aria-hidden="true" /> : null}</p>
              {entry.message !== "" && !entry.text.includes(entry.message) ? <p className="message">{entry.message}</p> : null}
              {plan === undefined || plan.steps.length === 0 ? null : <PlanSteps plan={plan} />}
              {may && !entry.writing && index === entries.length - 1 && question !== null && question.requestId === entry.requestId
                ? <Options options={question.options} /> : null}
              {entry.writing && entry.id !== "" ? (
                <button className="quiet" onClick={() => session().cancel(entry.id)}>{t("cancel")}</button>
              ) : null}
            </li>
          );
        })}
      </ol>
      {may ? <Composer /> : <p className="problem">{t("notAllowed", { role: role === undefined ? "" : t(role) })}</p>}
    </section>
  );
}

/** What may be answered to the question above: a click says it. */
function Options({ options }: { options: string[] }) {
  const t = useTexts();
  return (
    <p className="options" role="group" aria-label={t("answers")}>
      {options.map((option) => <button key={option} onClick={() => session().ask(option)}>{option}</button>)}
    </p>
  );
}

function Welcome() {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  const examples: Key[] = ["example1", "example2", "example3"];
  return (
    <li className="welcome">
      <p>{t("talkEmpty")}</p>
      {mayAs(role, "guest") ? (
        <p>{examples.map((key) => <button key={key} className="quiet" onClick={() => session().ask(t(key))}>{t(key)}</button>)}</p>
      ) : null}
    </li>
  );
}

function Composer() {
  const t = useTexts();
  const muted = useStore((state) => state.muted);
  const soundReady = useStore((state) => state.soundReady);
  const [words, setWords] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    void session().unlockSound();
    if (words.trim() === "") return;
    session().ask(words.trim());
    setWords("");
  }

  return (
    <form className="composer" onSubmit={submit}>
      <Listening />
      <div className="tools">
        <MicrophoneTools />
        <button type="button" aria-pressed={muted} onClick={() => session().setMuted(!muted)}>{t(muted ? "unmute" : "mute")}</button>
        {soundReady || muted ? null : <button type="button" onClick={() => void session().unlockSound()}>{t("soundOff")}</button>}
        <button type="button" onClick={() => session().newConversation()}>{t("newTalk")}</button>
      </div>
      <div className="line">
        <input aria-label={t("say")} placeholder={t("say")} maxLength={4000} value={words} autoComplete="off"
          onChange={(event) => setWords(event.target.value)} />
        <button className="primary">{t("send")}</button>
      </div>
    </form>
  );
}
