// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import type { Voice } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

export function Voices() {
  const t = useTexts();
  const [voices, again, problem] = useAsked<Voice[]>("/audio/voices");
  if (voices === null) return <Waiting label={t("voices")} problem={problem} again={again} />;
  return (
    <ul className="plain">
      {voices.map((voice) => <li key={voice.name}><b>{voice.name}</b> {voice.locale} · {voice.backend} · {voice.sample_rate} Hz</li>)}
    </ul>
  );
}
