// The district's administrative units, joined with their grades: outlines, labels, bounds.
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { AreaGrade } from "./api.ts";
import { boundsOf, labelPoint } from "./map/label_point.ts";

export class Townships {
  constructor(
    readonly areas: readonly AreaGrade[],
    private readonly units: FeatureCollection,
  ) {}

  /** The unit of the whole district, where there is one. */
  district(): Feature | undefined {
    return this.units.features.find((unit) => unit.properties?.["level"] === "district");
  }

  /** West, south, east, north of the district. */
  bounds(): [number, number, number, number] | null {
    const district = this.district();
    return district ? boundsOf(coordinates(district.geometry)) : null;
  }

  /** The graded area with this id or code. */
  area(id: string): AreaGrade | undefined {
    return this.areas.find((area) => area.id === id || area.code === id);
  }

  /** The outline and properties of an area. */
  unit(area: AreaGrade): Feature | undefined {
    const same = (unit: Feature) => area.code !== undefined && unit.properties?.["code"] === area.code;
    return this.units.features.find((unit) => String(unit.id) === area.id || same(unit));
  }

  /** One label an area, where it has most room, with the grade that its words are made of. */
  labels(areas: readonly AreaGrade[] = this.areas): FeatureCollection {
    const features = areas.filter(({ level }) => level === "township").flatMap((area): Feature[] => {
      const at = labelPoint(this.unit(area)?.geometry ?? null);
      const properties = { id: area.id, name: area.name, ...(area.risk_level ? { risk_level: area.risk_level } : {}) };
      return at ? [{ type: "Feature", properties, geometry: { type: "Point", coordinates: at } }] : [];
    });
    return { type: "FeatureCollection", features };
  }
}

function coordinates(geometry: Geometry): unknown {
  return "coordinates" in geometry ? geometry.coordinates : [];
}
