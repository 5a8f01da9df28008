# SPDX-License-Identifier: Apache-2.0
"""The GLSL 3.30 programs of the moderngl renderer. Strings and not files: nothing needs to be packaged."""

AVATAR_VERTEX = """#version 330
uniform mat4 camera;
uniform mat4 light_camera;
uniform vec3 eye;
uniform float lift;
in vec3 position;
in vec3 normal;
in vec3 colour;
out vec3 world;
out vec3 world_normal;
out vec3 tint;
out vec3 in_light;
void main() {
    world = position;
    world_normal = normal;
    tint = colour;
    vec4 lit = light_camera * vec4(position + normal * 0.002, 1.0);
    in_light = lit.xyz / lit.w * 0.5 + 0.5;
    gl_Position = camera * vec4(position + normalize(eye - position) * lift, 1.0);
}
"""

AVATAR_FRAGMENT = """#version 330
// Key, fill and rim light and a sky, a GGX highlight, and a wrapped red diffuse for skin.
uniform vec3 eye;
uniform vec3 key_direction;
uniform vec3 base_colour;
uniform float roughness;
uniform float skin;
uniform float wet;  // 1 on the eyes
uniform float sheltered;  // so much of the key light comes in any case
uniform sampler2DShadow shadow_map;
in vec3 world;
in vec3 world_normal;
in vec3 tint;
in vec3 in_light;
out vec4 pixel;

const vec3 KEY = vec3(2.35, 2.2, 2.0);
const vec3 FILL = vec3(0.42, 0.50, 0.62);
const vec3 RIM = vec3(0.9, 0.95, 1.05);
const vec3 FILL_DIRECTION = normalize(vec3(0.8, 0.05, 0.6));
const vec3 RIM_DIRECTION = normalize(vec3(0.55, 0.45, -0.7));

const vec3 GLINT_DIRECTION = vec3(-0.28, 0.26, 0.924);

// The window that every eye mirrors: two soft discs, the larger towards the key light. The page has the same (lib/shading.ts).
float glint(vec3 n, vec3 v) {
    vec3 mirrored = reflect(-v, n);
    float key = smoothstep(0.965, 0.985, dot(mirrored, GLINT_DIRECTION));
    float fill = smoothstep(0.982, 0.996, dot(mirrored, vec3(0.34, -0.22, 0.914)));
    return key * 0.95 + fill * 0.25;
}

float highlight(vec3 n, vec3 v, vec3 l, float a) {
    vec3 h = normalize(v + l);
    float nh = max(dot(n, h), 0.0);
    float d = nh * nh * (a * a - 1.0) + 1.0;
    float away = 1.0 - max(dot(v, h), 0.0);
    float fresnel = 0.04 + 0.96 * away * away * away * away * away;
    return min(a * a / (d * d) * 0.25 * fresnel, 6.0) * max(dot(n, l), 0.0);
}

vec3 diffuse(vec3 n, vec3 l) {
    float cosine = dot(n, l);
    vec3 wrap = mix(vec3(0.0), vec3(0.34, 0.16, 0.10), skin);
    return max((vec3(cosine) + wrap) / ((1.0 + wrap) * (1.0 + wrap)), 0.0);
}

float lit() {
    if (any(lessThan(in_light, vec3(0.0))) || any(greaterThan(in_light, vec3(1.0)))) return 1.0;
    vec4 corners = vec4(-0.8, -0.8, 0.8, 0.8) / 512.0;
    float depth = in_light.z - 0.0035;
    float sum = texture(shadow_map, vec3(in_light.xy + corners.xy, depth));
    sum += texture(shadow_map, vec3(in_light.xy + corners.xw, depth));
    sum += texture(shadow_map, vec3(in_light.xy + corners.zy, depth));
    sum += texture(shadow_map, vec3(in_light.xy + corners.zw, depth));
    return sum * 0.25;
}

vec3 mapped(vec3 x) {  // filmic curve: K. Narkowicz, 2016
    return clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
}

vec3 encoded(vec3 x) {  // x^(1/2.2) to within 0.004, without the cost of pow in software
    vec3 root = sqrt(x);
    return 0.9548 * root + 0.0956 * sqrt(root) - 0.0510 * x;
}

void main() {
    vec3 n = normalize(world_normal);
    vec3 v = normalize(eye - world);
    if (!gl_FrontFacing) n = -n;
    // At an outline a smooth normal may point away, and the highlight of what is behind would speckle it.
    float facing = dot(n, v);
    if (facing < 0.0) n = normalize(n - facing * v);
    float outline = smoothstep(0.05, 0.35, facing);
    vec3 albedo = base_colour * tint;
    float a = roughness * roughness;
    float open = max(lit(), sheltered);
    vec3 light = KEY * open * diffuse(n, key_direction) + FILL * diffuse(n, FILL_DIRECTION);
    light += mix(vec3(0.30, 0.25, 0.23), vec3(0.52, 0.56, 0.62), 0.5 + 0.5 * n.y);
    light += RIM * diffuse(n, RIM_DIRECTION) * 0.6;
    float occluded = min(min(tint.r, tint.g), tint.b);
    float shine = highlight(n, v, key_direction, a) * open * 2.2 + highlight(n, v, FILL_DIRECTION, a) * 0.5;
    float grazing = 1.0 - max(facing, 0.0);
    float edge = grazing * grazing * grazing * grazing * max(dot(n, RIM_DIRECTION), 0.0);
    vec3 colour = albedo * light * 0.5 + (shine * outline + edge * 0.5 * max(skin, outline)) * smoothstep(0.2, 0.9, occluded);
    colour += wet * glint(n, v);
    pixel = vec4(encoded(mapped(colour)), 1.0);
}
"""

SHADOW_VERTEX = """#version 330
uniform mat4 light_camera;
in vec3 position;
void main() { gl_Position = light_camera * vec4(position, 1.0); }
"""

SHADOW_FRAGMENT = """#version 330
void main() {}
"""

BACKGROUND_VERTEX = """#version 330
out vec2 place;
void main() {
    place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}
"""

BACKGROUND_FRAGMENT = """#version 330
// A soft glow behind the head that falls off to the corners.
uniform vec3 colour;
in vec2 place;
out vec4 pixel;
void main() {
    float away = length((place - vec2(0.5, 0.58)) * vec2(1.1, 1.0));
    pixel = vec4(colour * mix(1.0, 0.67, smoothstep(0.05, 0.85, away)), 1.0);
}
"""

SMOOTH_FRAGMENT = """
#version 330
// Softens stair steps along edges: the short form of FXAA (T. Lottes, 2009). Multisampling in software costs twice this.
uniform sampler2D drawn;
uniform vec2 texel;
in vec2 place;
out vec4 pixel;
const vec3 LUMA = vec3(0.299, 0.587, 0.114);

void main() {
    vec3 here = texture(drawn, place).rgb;
    float nw = dot(texture(drawn, place + vec2(-1.0, -1.0) * texel).rgb, LUMA);
    float ne = dot(texture(drawn, place + vec2(1.0, -1.0) * texel).rgb, LUMA);
    float sw = dot(texture(drawn, place + vec2(-1.0, 1.0) * texel).rgb, LUMA);
    float se = dot(texture(drawn, place + vec2(1.0, 1.0) * texel).rgb, LUMA);
    float middle = dot(here, LUMA);
    float low = min(middle, min(min(nw, ne), min(sw, se)));
    float high = max(middle, max(max(nw, ne), max(sw, se)));
    if (high - low < max(0.04, high * 0.12)) {
        pixel = vec4(here, 1.0);
        return;
    }
    vec2 along = vec2(-((nw + ne) - (sw + se)), (nw + sw) - (ne + se));
    float shortest = min(abs(along.x), abs(along.y)) + max((nw + ne + sw + se) * 0.03125, 0.0078125);
    along = clamp(along / shortest, -8.0, 8.0) * texel;
    vec3 near = 0.5 * (texture(drawn, place - along / 6.0).rgb + texture(drawn, place + along / 6.0).rgb);
    vec3 far = 0.5 * near + 0.25 * (texture(drawn, place - along * 0.5).rgb + texture(drawn, place + along * 0.5).rgb);
    float reached = dot(far, LUMA);
    pixel = vec4(reached < low || reached > high ? near : far, 1.0);
}
"""
