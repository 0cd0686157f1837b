// @ts-check
/** Shaders: light of a moment, light that lives on, and colours, as films are painted. */

/** A triangle over everything. */
export const EVERYWHERE = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

/** What all know: the lights as a ring of moments, each a line of the texture, and the frame. */
const COMMON = `#version 300 es
precision highp float;
precision highp int;
uniform sampler2D lights;    // [moments, rows], moments round and round
uniform sampler2D heights;   // the row of the lights at each height of a picture
uniform vec2 size;           // of the frame, in pixels
uniform float now;           // in moments
uniform vec2 known;          // the first moment that is there, and the one after the last
uniform int kind;            // 0 scroll, 1 pages, 2 instants
uniform float span;          // moments that a picture is wide
uniform float rows;
uniform vec4 spiral;         // hole, rim, turns, where the first one begins
uniform float curve;
uniform float folds;
const float TURN = 6.283185307;

float at(float moment, float row) {
  if (moment < known.x || moment > known.y - 1.0 || row < 0.0 || row > rows - 1.0) return 0.0;
  vec2 ring = vec2(textureSize(lights, 0));
  return texture(lights, vec2((row + 0.5) / ring.x, (moment + 0.5) / ring.y)).r;
}

float moment_at(float x) {
  if (kind == 0) return now + (x - 0.5) * span;
  return floor(now / span) * span + x * span;
}

/* Light at a place of the frame, 0 to 1 from the lower left. */
float light_at(vec2 place) {
  if (kind < 2) return at(moment_at(place.x), texture(heights, vec2(place.y, 0.5)).r);
  vec2 from = (place - 0.5) * 2.0 * size / min(size.x, size.y);
  float around = atan(from.x, from.y) / TURN;
  if (folds > 1.5) around = abs(fract(around * folds + 0.5) - 0.5) * 2.0;
  else around -= spiral.w;
  float angle = fract(around);
  float width = (spiral.y - spiral.x) / (spiral.z + 1.0);
  float outwards = (length(from) - spiral.x) / width;
  float octave = floor(outwards - angle) + angle;
  if (octave < 0.0 || octave > spiral.z) return 0.0;
  float depth = outwards - octave;
  float level = pow(at(now, octave * rows / spiral.z - 0.5), curve);
  float edge = 2.0 * depth - 1.0;
  return max(0.0, level - edge * edge);
}
`;

/** Light at half of the size, and what is left there of that of the frames before. */
export const LIVING = `${COMMON}
uniform sampler2D before;
uniform float frames;        // sixtieths of a second since then
uniform float fading, rise, spread, turn, sway;
uniform float fading_up;
out vec4 result;

void main() {
  vec2 place = gl_FragCoord.xy * 2.0 / size;
  vec2 pixel = 0.5 / size;
  float light = 0.25 * (light_at(place + pixel) + light_at(place - pixel)
    + light_at(place + pixel * vec2(1.0, -1.0)) + light_at(place + pixel * vec2(-1.0, 1.0)));
  if (kind < 2) {
    float left = 1.0;
    if (fading_up > 0.0) for (int step = 1; step < 32; step++) {
      left *= fading_up;
      if (left < 0.02) break;
      light = max(light, left * light_at(place - vec2(0.0, float(step) * 2.0 / size.y)));
    }
  } else if (frames > 0.0) {
    vec2 from = (place - 0.5) * size;
    float angle = TURN * turn * frames;
    float near = 1.0 - spread * frames;
    float down = (1.0 - place.y) * size.y / size.y;
    vec2 turned = near * vec2(cos(angle) * from.x + sin(angle) * from.y, cos(angle) * from.y - sin(angle) * from.x);
    turned.x += sway * frames * size.y * sin(down * 23.0 + sin(place.x * size.x / size.y * 9.0) * 2.0);
    turned.y -= rise * frames * size.y;
    vec2 there = turned / size + 0.5;
    light = max(light, pow(fading, frames) * textureLod(before, there, 0.0).r);
  }
  result = vec4(light, 0.0, 0.0, 1.0);
}`;

/** The frame: what is, before what has been, in the colours of the look. */
export const COLOURS = `${COMMON}
uniform sampler2D living;
uniform sampler2D colours;   // [shades, steps]
uniform float glow, halo;
uniform int shade;           // 0 up, 1 pitch, 2 class
uniform float line;          // how wide a line through the present is, in pixels; 0 for none
uniform bool bare;           // no ground
out vec4 result;

float blurred(vec2 place) {
  float far = 0.0;
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) {
    float weight = (2.0 - abs(float(x))) * (2.0 - abs(float(y))) / 16.0;
    far += weight * textureLod(living, place + vec2(x, y) * 16.0 / size, 3.0).r;
  }
  return far;
}

float shade_at(vec2 place) {
  vec2 from = (place - 0.5) * size;
  if (shade == 0) return place.y;
  if (kind < 2) {
    if (shade == 1) return place.y;
    float octave = texture(heights, vec2(place.y, 0.5)).r * spiral.z / rows;
    return fract(octave + spiral.w);
  }
  if (shade == 2) return fract(atan(from.x, from.y) / TURN);
  return clamp(length(from) / (min(size.x, size.y) / 2.0), 0.0, 1.0);
}

void main() {
  vec2 place = gl_FragCoord.xy / size;
  float light = light_at(place);
  float dark = (1.0 - glow * textureLod(living, place, 0.0).r) * (1.0 - halo * blurred(place));
  float step = 1.0 - max(dark, 0.0) * (1.0 - light);
  vec2 table = vec2(textureSize(colours, 0));
  vec3 colour = texture(colours, vec2((step * (table.x - 1.0) + 0.5) / table.x, (shade_at(place) * (table.y - 1.0) + 0.5) / table.y)).rgb;
  if (line > 0.0 && kind == 0 && abs(gl_FragCoord.x - size.x / 2.0) < line) colour = mix(colour, vec3(1.0), 0.85);
  float alpha = bare ? smoothstep(0.0, 0.35, step) : 1.0;
  result = vec4(colour * alpha, alpha);
}`;
