// The words of the rule book that appear nowhere else: marks, ways of testing, keys of tables, classes of standards.
import { ACTIONS, valueWord } from "../words.ts";

export interface MarkWords {
  mark: string;
  word: string;
  meaning: string;
}

/** How far the wording behind a rule was verified, best first. */
export const MARKS: readonly MarkWords[] = [
  { mark: "V1", word: "原文已核", meaning: "已在法律法规全文中读到，按规则效力判定" },
  { mark: "V2", word: "待专家核对原文", meaning: "由可靠转载读到，待专家与原文核对" },
  { mark: "V3", word: "仅间接核对", meaning: "仅由间接资料或旧版本核对，只提示论证" },
  { mark: "K-H", word: "未核，可信度高", meaning: "未见原文，凭专业知识，可信度高，只提示论证" },
  { mark: "K-M", word: "未核，可信度中", meaning: "未见原文，凭专业知识，可信度中，只提示论证" },
  { mark: "K-L", word: "未核，可信度低", meaning: "未见原文，凭专业知识，可信度低，只提示论证" },
];

/** A mark with its meaning; a mark that is not known says so. */
export function markWords(mark: string): MarkWords {
  return MARKS.find((words) => words.mark === mark) ?? { mark, word: "未经核实", meaning: "核对情况不明" };
}

/** What each way of holding distance against limit comes to; `zero` where the limit is none. */
export function testWords(test: string, zero = false): string {
  if (zero && (test === "within" || test === "not_less_than")) return "压占、相交或相接即违反";
  return TESTS[test] ?? test;
}

const TESTS: Record<string, string> = {
  within: "距离不超过限值即违反",
  not_less_than: "距离小于限值即违反",
  inside: "选址须整体位于目标范围内",
  unread: "标准数值尚未收录，须自行论证",
  unspoken: "限值内有目标而无防护带或间距表可依时，无法判定",
  anywhere: "只要适用即违反，与位置无关",
  along: "沿河道上下游量测，不超过限值即违反",
  contour: "项目自身的个人风险等值线（不低于防护目标基准者）触及防护目标即违反",
  window: "按管道每 2 km 管段统计户数，地区等级因此升高时须处理",
};

/** Words under which a project counts and that are no kind of their own. */
const SUBJECTS: Record<string, string> = {
  production_facility: "生产设施",
  non_chemical: "非化工项目",
  unlisted_hazmat: "未另列明的危险物品场所",
};

/** Names of project kinds by code, as the service gives them. */
export type KindNames = ReadonlyMap<string, string>;

export function kindWord(code: string, kinds: KindNames): string {
  return TARGET_KINDS[code] ?? kinds.get(code) ?? SUBJECTS[code] ?? valueWord(code);
}

export function subjectWord(code: string, kinds: KindNames): string {
  return SUBJECTS[code] ?? kinds.get(code) ?? valueWord(code);
}

export function actionWord(code: string): string {
  return ACTIONS.find(([each]) => each === code)?.[1] ?? code;
}

/** Kinds of things that stand, where the register has words of its own for them. */
export const TARGET_KINDS: Record<string, string> = {
  met_station: "气象台站",
  substation: "变电站",
  open_flame: "明火地点",
  wharf: "码头",
  telecom_hub: "电信枢纽",
  metro_entrance: "地铁风亭、出入口",
  bridge_medium_plus: "中型以上公路桥梁",
  railway_bridge: "铁路桥梁",
  railway_tunnel: "铁路隧道",
  highway_ferry: "公路渡口",
  highway_tunnel: "公路隧道",
  pipeline_crossing: "管道穿跨越",
  pipeline_tunnel: "管道隧道",
  nature_reserve: "自然保护区",
  water_source_1: "饮用水水源一级保护区",
  water_source_2: "饮用水水源二级保护区",
  water_source_quasi: "饮用水水源准保护区",
  scenic: "风景名胜区",
  fishery_waters: "重要渔业水体",
  wetland: "湿地",
  prime_farmland: "永久基本农田",
  heritage: "文物保护单位",
  airport_clearway: "机场净空保护区",
  ecological_redline: "生态保护红线",
  military: "军事禁区、军事管理区",
  dam: "大坝",
  river_lake_management: "河湖管理范围",
  gas_protection: "燃气设施保护范围",
  planned_town: "城镇规划边缘",
  safety_distance: "外部安全防护距离",
  hygiene_distance: "卫生防护距离",
  railway_protection: "铁路线路安全保护区",
  active_fault: "活动断裂",
  flood_hazard: "洪水威胁区",
  geological_hazard: "地质灾害危险区",
  individual_risk_contour: "个人风险等值线",
  tailings_flow_path: "尾砂下泄路径",
  tank: "储罐",
  loading: "装卸设施",
  process_unit: "生产装置",
  store: "仓库",
  valve_room: "阀室",
  vent: "放空设施",
  gas_store: "储气设施",
};

/** Names of the keys of tables and conditions, without the side before the dot. */
const KEYS: Record<string, string> = {
  kind: "类别",
  class: "类别",
  layer: "图层",
  action: "建设性质",
  direction: "位于河道",
  fire_class: "火灾危险性类别",
  hazard_division: "危险等级",
  stored_t: "储量（t）",
  volume_m3: "总容积（m³）",
  largest_tank_m3: "最大单罐容积（m³）",
  diesel_only: "仅经营柴油",
  lpg_tank: "车用液化石油气储罐设置方式",
  tank_or_berth: "储罐区或装卸码头",
  of_enterprise: "企业铁路（专用线）",
  hazchem_licensed: "依法设立的危险化学品码头",
  toxic_gas_line_outside: "剧毒气体管道穿越厂外公共区域",
  undesigned_unit: "未经正规设计且未作设计诊断",
  station_class: "站等级",
  depot_class: "石油库等级",
  facility_group: "设施组别",
  facility_type: "设施类型",
  transport_kind: "工程类别",
  buried: "埋地敷设",
  class_a_liquid: "输送甲A类液体",
  bridge_size: "桥梁规模",
  setting: "所处地段",
  length_m: "长度（m）",
  height_m: "高度（m）",
  tower_height_m: "杆塔高度（m）",
  risk_per_year: "个人风险（每年）",
  households: "户数",
  persons: "人数",
  voltage_kv: "电压（kV）",
  diameter_mm: "外径（mm）",
  pressure_mpa: "最大允许压力（MPa）",
  regime: "管道类别",
  laid: "敷设方式",
  medium: "输送介质",
  important: "列为重要",
  certified: "已划定公布",
  zone: "功能分区",
  catchment_km2: "流域面积（km²）",
  "enterprise.kind": "所属企业类别",
  design_standard: "总图执行的防火标准",
  outfall: "设置排污口",
  seriously_polluting: "对水体污染严重，或改建后增加排污量",
  water_supply_related: "与供水设施和保护水源有关",
  handles_hazchem: "涉及危险化学品",
  produces_hazchem: "生产危险化学品",
  captive_unit: "为其他行业企业配套的装置",
  emits_smoke: "排放影响飞行安全的烟雾、粉尘、火焰、废气",
  eliminated_process: "使用国家明令淘汰的工艺、设备",
  below_admission: "不具备准入条件或低于最小生产规模",
  prohibited_industry: "属产业政策禁止投资建设的项目",
  raises_safety: "以提升安全、生态环境保护水平为目的",
  urban_area: "位于城市市区",
  city_centre: "位于城市中心区",
  vehicle_refuelling: "依法设置的车辆加油加气站",
  depot_offsite_line: "石油库库外管道",
  heavy_vehicles: "行驶重型车辆的道路",
  highly_toxic_cargo: "装卸、运输剧毒化学品",
  tank_wall: "储罐外壁",
  production_unit: "生产单元边界",
  flow_path: "尾砂下泄路径",
  bund_line: "防火堤中心线",
  dispenser: "加油机、通气管口所在范围",
};

/** Names of the columns of tables that pick a row by quantity. */
export const COLUMNS: Record<string, string> = { settlement: "居民区、村镇、学校等", house: "单独民房" };

export const FORMULAS: Record<string, string> = {
  hygiene_distance: "按 GB/T 39499 由无组织排放量推算卫生防护距离",
  potential_impact_radius: "按 GB 32167 由外径和压力推算潜在影响半径",
};

/** `subject.volume_m3` as `项目总容积（m³）`: whose value it is, and which. */
export function keyWord(key: string): string {
  const [side = "", ...rest] = key.split(".");
  const whose = SIDES[side];
  return whose === undefined ? (KEYS[key] ?? key) : whose + (KEYS[rest.join(".")] ?? rest.join("."));
}

const SIDES: Record<string, string> = { subject: "项目", object: "目标", river: "" };

/** Classes of each standard; the same word means different things in different standards. */
const CLASSES: Record<string, Record<string, string>> = {
  gb50016_height: { low: "非高层建筑", high: "高层建筑" },
  gb50161_road: { "2_up": "二级及以上公路", "3": "三级公路", "4": "四级公路" },
  gb50016: { important: "重要公共建筑、高层民用建筑", other: "其他民用建筑" },
  gb50156_b: {
    important: "重要公共建筑物", "1": "一类保护物", "2": "二类保护物", "3": "三类保护物", flame: "明火、散发火花地点", substation: "室外变配电站",
    works_ab: "甲、乙类生产厂房、库房和储罐", works_other: "其他类生产厂房、库房和储罐", railway: "铁路", road_main: "高速、一级公路和城市快速路、主干路", road_minor: "其他公路和城市道路",
  },
  gb50074_depot: { special: "特级", "1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级" },
  gb50074_settlement: { large: "100 人或 30 户及以上", small: "不足 100 人且不足 30 户" },
  gb36894: { high: "高敏感", important: "重要", general_1: "一般一类", general_2: "一般二类", general_3: "一般三类" },
};

const ROMAN: Record<string, string> = { "1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级" };

/** Values whose meaning depends on their key. */
const VALUES_OF: Record<string, Record<string, string>> = {
  station_class: { ...ROMAN, national_general: "国家一般气象站", national_basic: "国家基本气象站", base_climate: "国家基准气候站" },
  depot_class: ROMAN,
  direction: { up: "上游", down: "下游" },
  bridge_size: { extra_large: "特大桥", large: "大桥", medium_small: "中小桥" },
  setting: { city_urban: "城市市区", suburb_residential: "城市郊区居民居住区", village_town_residential: "村镇居民居住区", elsewhere: "其他地区" },
  laid: { underground: "地下", underwater: "水下" },
  zone: { core: "核心区", buffer: "缓冲区", experimental: "实验区", core_protection: "核心保护区", general_control: "一般控制区", airfield: "机场围界以内" },
  lpg_tank: { above_ground: "地上", buried: "埋地" },
  transport_kind: { railway: "铁路", road: "公路" },
};

/** One value of a key in words; classes follow the classification of the table. */
export function keyValueWord(key: string, value: unknown, classes: string | undefined, kinds: KindNames): string {
  const name = key.includes(".") ? key.slice(key.lastIndexOf(".") + 1) : key;
  const text = String(value);
  if (name === "class") return CLASSES[classes ?? ""]?.[text] ?? text;
  if (name === "action") return actionWord(text);
  if (name === "kind") return kindWord(text, kinds);
  return VALUES_OF[name]?.[text] ?? valueWord(value);
}
